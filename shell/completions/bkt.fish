# Made by docs/completions_test.go from the programs' own flags. Do not edit.
function __bkt_words
    switch "$argv[1]"
        case 'bkt'
            string split ' ' -- '--help --version admin apply capture changelog containerfile dnf extension flatpak gsetting help local shim status'
        case 'bkt admin'
            string split ' ' -- 'kargs systemd'
        case 'bkt admin kargs'
            string split ' ' -- 'add remove'
        case 'bkt admin kargs add'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt admin kargs remove'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt admin systemd'
            string split ' ' -- 'disable enable mask'
        case 'bkt admin systemd disable'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --system --user --yes'
        case 'bkt admin systemd enable'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --system --user --yes'
        case 'bkt admin systemd mask'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --system --user --yes'
        case 'bkt apply'
            string split ' ' -- '--dry-run --force --help --now --repo --resolve --yes'
        case 'bkt capture'
            string split ' ' -- '--allow --help --repo --resolve --yes'
        case 'bkt changelog'
            string split ' ' -- 'done list'
        case 'bkt changelog done'
            string split ' ' -- '--help'
        case 'bkt changelog list'
            string split ' ' -- '--color --format --help --root --verbose --version'
        case 'bkt containerfile'
            string split ' ' -- 'check sync'
        case 'bkt containerfile check'
            string split ' ' -- '--check --color --format --help --manifests --ref --repo --verbose --version'
        case 'bkt containerfile sync'
            string split ' ' -- '--color --force --format --help --repo --sync --verbose --version --write'
        case 'bkt dnf'
            string split ' ' -- 'copr install remove sync'
        case 'bkt dnf copr'
            string split ' ' -- 'disable enable remove'
        case 'bkt dnf copr disable'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt dnf copr enable'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt dnf copr remove'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt dnf install'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt dnf remove'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt dnf sync'
            string split ' ' -- '--dry-run --force --help --now --repo --resolve --yes'
        case 'bkt extension'
            string split ' ' -- 'add disable enable remove'
        case 'bkt extension add'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt extension disable'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt extension enable'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt extension remove'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt flatpak'
            string split ' ' -- 'add remove'
        case 'bkt flatpak add'
            string split ' ' -- '--allow --help --local --pr-only --remote --repo --resolve --system --user --yes'
        case 'bkt flatpak remove'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --system --user --yes'
        case 'bkt gsetting'
            string split ' ' -- 'set unset'
        case 'bkt gsetting set'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt gsetting unset'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt local'
            string split ' ' -- 'clear commit list'
        case 'bkt local clear'
            string split ' ' -- '--archived --help --root --verbose --version'
        case 'bkt local commit'
            string split ' ' -- '--allow --archived --help --only --repo --resolve --select --yes'
        case 'bkt local list'
            string split ' ' -- '--archived --color --format --help --only --root --verbose --version'
        case 'bkt shim'
            string split ' ' -- 'add remove'
        case 'bkt shim add'
            string split ' ' -- '--allow --help --host --local --pr-only --repo --resolve --yes'
        case 'bkt shim remove'
            string split ' ' -- '--allow --help --local --pr-only --repo --resolve --yes'
        case 'bkt status'
            string split ' ' -- '--color --exclude --exit-code --format --help --manifests --no-changelog --only --ref --repo --root --short --verbose --version'
        case 'bkt-apply'
            string split ' ' -- '--color --dry-run --exclude --force --format --help --list --manifests --now --once --only --ref --repo --resolve --scope --verbose --version --wish --yes'
        case 'bkt-capture'
            string split ' ' -- '--color --exclude --format --help --only --root --timeout --verbose --version'
        case 'bkt-cfgen'
            string split ' ' -- '--allow --check --color --exclude --force --format --help --init --manifests --only --prune --ref --repo --resolve --sync --verbose --version --with --write'
        case 'bkt-drift'
            string split ' ' -- '--color --exclude --exit-code --format --help --manifests --no-changelog --only --ref --repo --root --short --verbose --version'
        case 'bkt-local'
            string split ' ' -- '--help --version change clear commit done init list path record run'
        case 'bkt-local change'
            string split ' ' -- 'add remove update'
        case 'bkt-local change add'
            string split ' ' -- 'copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd'
        case 'bkt-local change remove'
            string split ' ' -- 'copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd'
        case 'bkt-local change update'
            string split ' ' -- 'copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd'
        case 'bkt-local clear'
            string split ' ' -- '--archived --help --root --verbose --version'
        case 'bkt-local commit'
            string split ' ' -- '--archived --color --format --help --manifests --only --ref --repo --resolve --root --select --verbose --version --waiting --wish'
        case 'bkt-local done'
            string split ' ' -- '--color --format --help --root --verbose --version'
        case 'bkt-local init'
            string split ' ' -- 'bash fish zsh'
        case 'bkt-local list'
            string split ' ' -- '--archived --color --format --help --only --root --verbose --version'
        case 'bkt-local path'
            string split ' ' -- '--help --root --verbose --version'
        case 'bkt-local record'
            string split ' ' -- '--command --help --manifests --ref --repo --root --verbose --version'
        case 'bkt-local run'
            string split ' ' -- '--command --help --repo --root --subsystem --verbose --version'
        case 'bkt-pr'
            string split ' ' -- '--color --document --dry-run --fetch --format --help --list --repo --resolve --verbose --version'
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
            string split ' ' -- 'always auto never'
            return
        case --exclude
            string split ' ' -- 'copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd'
            return
        case --format
            string split ' ' -- 'auto json text'
            return
        case --only
            string split ' ' -- 'copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd'
            return
        case --resolve
            string split ' ' -- 'local manifest'
            return
        case --scope
            string split ' ' -- 'all system user'
            return
        case --subsystem
            string split ' ' -- 'copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd'
            return
        case --repo --manifests --root --document --ref
            __fish_complete_path (commandline -ct)
            return
    end
    __bkt_words $command
    if string match -q '*clear' -- $command
        bkt-local list --format json 2>/dev/null | sed -n 's/^ *"id": "\(.*\)",\{0,1\}$/\1/p'
    end
end

for command in bkt bkt-apply bkt-capture bkt-cfgen bkt-drift bkt-local bkt-pr
    complete -c $command -f -a '(__bkt_complete)'
end
