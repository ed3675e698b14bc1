package ghapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// input is the union of the mutations' inputs that gh sends.
type input struct {
	PullRequestID string  `json:"pullRequestId"`
	Title         *string `json:"title"`
	Body          *string `json:"body"`
	HeadRefName   string  `json:"headRefName"`
	BaseRefName   string  `json:"baseRefName"`
	Draft         bool    `json:"draft"`
}

func cut(repo string) (owner, name string, ok bool) { return strings.Cut(repo, "/") }

// list answers with the pull requests of a head, a base, and states; what is
// empty matches all.
func (s *Server) list(w http.ResponseWriter, head, base string, states []string) {
	nodes := []any{}
	for _, p := range slices.Backward(s.pulls) {
		if (head == "" || p.Head == head) && (base == "" || p.Base == base) && (len(states) == 0 || slices.Contains(states, p.State)) {
			nodes = append(nodes, s.node(p))
		}
	}
	repo := s.repository()
	repo["pullRequests"] = object{
		"nodes": nodes, "totalCount": len(nodes),
		"pageInfo": object{"hasNextPage": false, "endCursor": ""},
	}
	answer(w, object{"repository": repo})
}

func (s *Server) byNumber(w http.ResponseWriter, number int) {
	if number < 1 || number > len(s.pulls) {
		refuse(w, fmt.Sprintf("Could not resolve to a PullRequest with the number of %d.", number))
		return
	}
	repo := s.repository()
	repo["pullRequest"] = s.node(s.pulls[number-1])
	answer(w, object{"repository": repo})
}

func (s *Server) mutate(w http.ResponseWriter, name, query string, in input) {
	if name == "PullRequestCreate" {
		s.create(w, in)
		return
	}
	var n int
	if _, err := fmt.Sscanf(in.PullRequestID, "PR_%d", &n); err != nil || n < 1 || n > len(s.pulls) {
		refuse(w, fmt.Sprintf("stand-in: unknown operation %s, or no pull request %q", name, in.PullRequestID))
		return
	}
	p := s.pulls[n-1]
	field := ""
	switch name {
	case "PullRequestUpdate":
		field = "updatePullRequest"
		if in.Title != nil {
			p.Title = *in.Title
		}
		if in.Body != nil {
			p.Body = *in.Body
		}
		if in.BaseRefName != "" {
			p.Base = in.BaseRefName
		}
	case "PullRequestAutoMerge":
		field = "enablePullRequestAutoMerge"
		if s.noAuto {
			refuse(w, "Pull request Auto merge is not allowed for this repository")
			return
		}
		p.AutoMerge = true
	case "PullRequestClose":
		field, p.State = "closePullRequest", "CLOSED"
	case "PullRequestReopen":
		field, p.State = "reopenPullRequest", "OPEN"
	default:
		refuse(w, "stand-in: unknown operation "+name)
		return
	}
	// The client refuses an answer that holds more than it asked for.
	done := object{}
	for name, value := range map[string]any{"clientMutationId": nil, "__typename": "", "pullRequest": object{"id": in.PullRequestID}} {
		if strings.Contains(query, name) {
			done[name] = value
		}
	}
	answer(w, object{field: done})
}

// create refuses a second open pull request of one head, as the real one does.
func (s *Server) create(w http.ResponseWriter, in input) {
	for _, p := range s.pulls {
		if p.State == "OPEN" && p.Head == in.HeadRefName && p.Base == in.BaseRefName {
			refuse(w, "A pull request already exists for "+in.HeadRefName+".")
			return
		}
	}
	p := Pull{Head: in.HeadRefName, Base: in.BaseRefName, IsDraft: in.Draft}
	if in.Title != nil {
		p.Title = *in.Title
	}
	if in.Body != nil {
		p.Body = *in.Body
	}
	made := s.add(p)
	answer(w, object{"createPullRequest": object{"pullRequest": object{"id": fmt.Sprintf("PR_%d", made.Number), "url": s.url(made)}}})
}

// rest answers the few REST calls that gh makes beside GraphQL.
func (s *Server) rest(w http.ResponseWriter, r *http.Request) {
	call := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v3")
	s.requests = append(s.requests, call)
	switch call {
	case "GET /", "GET ":
		_ = json.NewEncoder(w).Encode(object{"current_user_url": "https://" + Host + "/api/v3/user"})
	case "GET /meta":
		_ = json.NewEncoder(w).Encode(object{"installed_version": "3.11.0"})
	case "GET /user":
		_ = json.NewEncoder(w).Encode(object{"login": "ada"})
	default:
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(object{"message": "stand-in: unknown call " + call})
	}
}
