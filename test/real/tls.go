package real

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"time"
)

// Certificate makes an authority and a server's certificate by it, for the host
// names; ca is the authority's in PEM.
func Certificate(t T, hosts ...string) (config *tls.Config, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("%v", err)
	}
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Authority of " + hosts[0]}, // a client finds it by its name,
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	leaf := *authority
	leaf.SerialNumber, leaf.Subject = big.NewInt(2), pkix.Name{CommonName: hosts[0]}
	leaf.IsCA, leaf.KeyUsage, leaf.DNSNames = false, x509.KeyUsageDigitalSignature, hosts
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
