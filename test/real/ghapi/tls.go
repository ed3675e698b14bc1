package ghapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"sync"
	"time"

	"bkt/test/real"
)

// certificate makes an authority and a certificate of Host by it; ca is the
// authority's in PEM.
func certificate(t real.T) (config *tls.Config, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("%v", err)
	}
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Test authority"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	leaf := *authority
	leaf.SerialNumber, leaf.Subject = big.NewInt(2), pkix.Name{CommonName: Host}
	leaf.IsCA, leaf.KeyUsage, leaf.DNSNames = false, x509.KeyUsageDigitalSignature, []string{Host}
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	caDER, err := x509.CreateCertificate(rand.Reader, authority, authority, &key.PublicKey, key)
	if err != nil {
		t.Fatalf("%v", err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, &leaf, authority, &key.PublicKey, key)
	if err != nil {
		t.Fatalf("%v", err)
	}
	ca = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leafDER}, PrivateKey: key}}}, ca
}

// connector is a proxy that leads Host's port 443 to address and refuses every
// other name, so that nothing leaves the machine.
func connector(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != Host+":443" {
			http.Error(w, "stand-in: only "+Host+" is served here", http.StatusForbidden)
			return
		}
		server, err := net.Dial("tcp", address)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		client, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			_ = server.Close()
			return
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		var once sync.Once
		end := func() { once.Do(func() { _ = client.Close(); _ = server.Close() }) }
		go func() { defer end(); _, _ = io.Copy(server, buffered) }()
		go func() { defer end(); _, _ = io.Copy(client, server) }()
	})
}
