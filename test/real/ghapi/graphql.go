package ghapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
)

type object = map[string]any

// operation finds a GraphQL document's kind and name.
var operation = regexp.MustCompile(`(?m)^\s*(query|mutation)\s+(\w+)`)

func (s *Server) graphql(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Query     string
		Variables struct {
			HeadRefName, HeadBranch, BaseBranch string
			States, State                       []string
			Number                              int `json:"number"`
			PRNumber                            int `json:"pr_number"`
			Input                               input
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		refuse(w, "not JSON: "+err.Error())
		return
	}
	m := operation.FindStringSubmatch(q.Query)
	if m == nil {
		refuse(w, "no operation in "+q.Query)
		return
	}
	name := m[2]
	s.requests = append(s.requests, name)
	v := q.Variables
	states := append(v.States, v.State...)
	switch name {
	case "UserCurrent":
		answer(w, object{"viewer": object{"login": "ada"}})
	case "PullRequest_fields", "PullRequest_fields2", "Repository_fields", "Issue_fields":
		answer(w, features(q.Query))
	case "RepositoryInfo":
		answer(w, object{"repository": s.repository()})
	case "RepositoryNetwork":
		answer(w, object{"viewer": object{"login": "ada"}, "repo_000": s.repository()})
	case "PullRequestList":
		s.list(w, v.HeadBranch, v.BaseBranch, states)
	case "PullRequestForBranch":
		s.list(w, v.HeadRefName, "", states)
	case "PullRequestProjectItems":
		repo := object{"pullRequest": object{"projectItems": object{"nodes": []any{}, "pageInfo": object{"hasNextPage": false, "endCursor": ""}}}}
		answer(w, object{"repository": repo})
	case "PullRequestByNumber":
		s.byNumber(w, max(v.PRNumber, v.Number))
	default:
		s.mutate(w, name, q.Query, v.Input)
	}
}

func answer(w http.ResponseWriter, data any) {
	_ = json.NewEncoder(w).Encode(object{"data": data})
}

func refuse(w http.ResponseWriter, message string) {
	_ = json.NewEncoder(w).Encode(object{"errors": []any{object{"message": message}}})
}

// typeOf finds the types that a feature query asks for; the client refuses an
// answer that holds more.
var typeOf = regexp.MustCompile(`(\w+)\s*:\s*__type\(name: "(\w+)"\)`)

// features answers what gh asks a server before it relies on it.
func features(query string) object {
	known := map[string][]string{
		"PullRequest": {"reviewDecision", "statusCheckRollup", "branchProtectionRule", "isInMergeQueue", "isMergeQueueEnabled"},
		"Ref":         {"branchProtectionRule"},
		"Repository":  {"autoMergeAllowed", "pullRequestTemplates", "visibility"},
		"Commit":      {"statusCheckRollup"},
		"Issue":       {"stateReason"},
	}
	out := object{}
	for _, m := range typeOf.FindAllStringSubmatch(query, -1) {
		fields := []any{}
		for _, name := range known[m[2]] {
			fields = append(fields, object{"name": name})
		}
		out[m[1]] = object{"fields": fields}
	}
	return out
}

func (s *Server) repository() object {
	owner, name, _ := cut(s.Repo)
	return object{
		"id": "R_1", "name": name, "nameWithOwner": s.Repo,
		"owner": object{"id": "U_1", "login": owner}, "parent": nil,
		"hasIssuesEnabled": true, "description": "", "hasWikiEnabled": false,
		"viewerPermission": "ADMIN", "defaultBranchRef": object{"name": "main"},
		"mergeCommitAllowed": true, "rebaseMergeAllowed": true, "squashMergeAllowed": true,
		"autoMergeAllowed": !s.noAuto, "isPrivate": false,
	}
}

// node is a pull request with every field that gh's --json may ask for.
func (s *Server) node(p *Pull) object {
	owner, name, _ := cut(s.Repo)
	user := object{"id": "U_1", "login": owner, "name": "Ada", "is_bot": false}
	n := object{
		"id": fmt.Sprintf("PR_%d", p.Number), "number": p.Number, "title": p.Title, "body": p.Body,
		"state": p.State, "closed": p.State != "OPEN", "url": s.url(p), "isDraft": p.IsDraft,
		"headRefName": p.Head, "headRefOid": "", "baseRefName": p.Base,
		"isCrossRepository": false, "maintainerCanModify": false,
		"author": user, "headRepositoryOwner": user, "headRepository": object{"id": "R_1", "name": name},
		"createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z", "closedAt": nil, "mergedAt": nil,
		"mergeable": "MERGEABLE", "mergeStateStatus": "BLOCKED", "reviewDecision": "", "autoMergeRequest": nil,
		"labels":       object{"nodes": []any{}, "totalCount": 0},
		"assignees":    object{"nodes": []any{}, "totalCount": 0},
		"projectCards": object{"nodes": []any{}, "totalCount": 0}, "milestone": nil,
		"reviewRequests": object{"nodes": []any{}, "totalCount": 0},
		"commits":        object{"nodes": []any{}, "totalCount": 1},
		"baseRef":        object{"branchProtectionRule": nil},
	}
	if p.State == "MERGED" {
		n["mergedAt"], n["closedAt"] = "2026-01-02T04:04:05Z", "2026-01-02T04:04:05Z"
	}
	if p.AutoMerge {
		n["autoMergeRequest"] = object{"enabledAt": "2026-01-02T03:04:05Z", "mergeMethod": "MERGE", "enabledBy": user}
	}
	return n
}
