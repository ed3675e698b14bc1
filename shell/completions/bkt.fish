# Made by docs/completions_test.go from the programs' own flags. Do not edit.
function __bkt_words
    switch "$argv[1]"
        case 'bkt'
            printf '%s\n' --help --version admin apply capture changelog containerfile dnf extension flatpak gsetting help local shim status
        case 'bkt admin'
            printf '%s\n' kargs systemd
        case 'bkt admin kargs'
            printf '%s\n' add remove
        case 'bkt admin kargs add'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt admin kargs remove'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt admin systemd'
            printf '%s\n' disable enable mask
        case 'bkt admin systemd disable'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --system --user --yes
        case 'bkt admin systemd enable'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --system --user --yes
        case 'bkt admin systemd mask'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --system --user --yes
        case 'bkt apply'
            printf '%s\n' --dry-run --force --help --now --repo --resolve --yes
        case 'bkt capture'
            printf '%s\n' --allow --help --repo --resolve --yes
        case 'bkt changelog'
            printf '%s\n' done list
        case 'bkt changelog done'
            printf '%s\n' --help
        case 'bkt changelog list'
            printf '%s\n' --color --format --help --root --verbose --version
        case 'bkt containerfile'
            printf '%s\n' check sync
        case 'bkt containerfile check'
            printf '%s\n' --check --color --format --help --manifests --ref --repo --verbose --version
        case 'bkt containerfile sync'
            printf '%s\n' --color --force --format --help --repo --sync --verbose --version --write
        case 'bkt dnf'
            printf '%s\n' copr install remove sync
        case 'bkt dnf copr'
            printf '%s\n' disable enable remove
        case 'bkt dnf copr disable'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt dnf copr enable'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt dnf copr remove'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt dnf install'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt dnf remove'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt dnf sync'
            printf '%s\n' --dry-run --force --help --now --repo --resolve --yes
        case 'bkt extension'
            printf '%s\n' add disable enable remove
        case 'bkt extension add'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt extension disable'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt extension enable'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt extension remove'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt flatpak'
            printf '%s\n' add remove
        case 'bkt flatpak add'
            printf '%s\n' --allow --help --local --pr-only --remote --repo --resolve --system --user --yes
        case 'bkt flatpak remove'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --system --user --yes
        case 'bkt gsetting'
            printf '%s\n' set unset
        case 'bkt gsetting set'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt gsetting unset'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt local'
            printf '%s\n' clear commit list
        case 'bkt local clear'
            printf '%s\n' --archived --help --root --verbose --version
        case 'bkt local commit'
            printf '%s\n' --allow --archived --help --only --repo --resolve --select --yes
        case 'bkt local list'
            printf '%s\n' --archived --color --format --help --only --root --verbose --version
        case 'bkt shim'
            printf '%s\n' add remove
        case 'bkt shim add'
            printf '%s\n' --allow --help --host --local --pr-only --repo --resolve --yes
        case 'bkt shim remove'
            printf '%s\n' --allow --help --local --pr-only --repo --resolve --yes
        case 'bkt status'
            printf '%s\n' --color --exclude --exit-code --format --help --manifests --no-changelog --only --ref --repo --root --short --verbose --version
        case 'bkt-apply'
            printf '%s\n' --color --dry-run --exclude --force --format --help --list --manifests --now --once --only --ref --repo --resolve --scope --verbose --version --wish --yes
        case 'bkt-capture'
            printf '%s\n' --color --exclude --format --help --only --root --timeout --verbose --version
        case 'bkt-cfgen'
            printf '%s\n' --allow --check --color --exclude --force --format --help --init --manifests --only --prune --ref --repo --resolve --sync --verbose --version --with --write
        case 'bkt-drift'
            printf '%s\n' --color --exclude --exit-code --format --help --manifests --no-changelog --only --ref --repo --root --short --verbose --version
        case 'bkt-local'
            printf '%s\n' --help --version change clear commit done init list path record run
        case 'bkt-local change'
            printf '%s\n' add remove update
        case 'bkt-local change add'
            printf '%s\n' copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd
        case 'bkt-local change remove'
            printf '%s\n' copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd
        case 'bkt-local change update'
            printf '%s\n' copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd
        case 'bkt-local clear'
            printf '%s\n' --archived --help --root --verbose --version
        case 'bkt-local commit'
            printf '%s\n' --archived --color --format --help --leave --manifests --only --ref --repo --resolve --root --select --verbose --version --waiting --wish
        case 'bkt-local done'
            printf '%s\n' --color --format --help --root --verbose --version
        case 'bkt-local init'
            printf '%s\n' bash fish zsh
        case 'bkt-local list'
            printf '%s\n' --archived --color --format --help --only --root --verbose --version
        case 'bkt-local path'
            printf '%s\n' --help --root --verbose --version
        case 'bkt-local record'
            printf '%s\n' --command --help --manifests --ref --repo --root --verbose --version
        case 'bkt-local run'
            printf '%s\n' --command --help --repo --root --subsystem --verbose --version
        case 'bkt-pr'
            printf '%s\n' --color --document --dry-run --fetch --format --help --list --repo --resolve --verbose --version
        case '*'
            return 1
    end
end

function __bkt_complete
    set -l typed (commandline -opc)
    set -l command (string replace -r '.*/' '' -- $typed[1])
    for word in $typed[2..]
        __bkt_words "$command $word" >/dev/null; and set command "$command $word"
    end
    switch "$typed[-1]"
        case --color
            printf '%s\n' always auto never
            return
        case --exclude
            printf '%s\n' copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd
            return
        case --format
            printf '%s\n' auto json text
            return
        case --only
            printf '%s\n' copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd
            return
        case --resolve
            printf '%s\n' local manifest
            return
        case --scope
            printf '%s\n' all system user
            return
        case --subsystem
            printf '%s\n' copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd
            return
        case --repo --manifests --root --document --ref --wish --with
            __fish_complete_path (commandline -ct)
            return
    end
    __bkt_words $command
    switch $command
        case '*clear'
            bkt-local list --format json 2>/dev/null | sed -n 's/^ *"id": "\(.*\)",\{0,1\}$/\1/p'
        case '*done'
            bkt-local 'done' --format json 2>/dev/null | sed -n 's/^ *"id": "\(.*\)",\{0,1\}$/\1/p'
    end
end

for command in bkt bkt-apply bkt-capture bkt-cfgen bkt-drift bkt-local bkt-pr
    complete -c $command -f -a '(__bkt_complete)'
end
