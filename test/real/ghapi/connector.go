package ghapi

import (
	"io"
	"net"
	"net/http"
	"sync"
)

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
