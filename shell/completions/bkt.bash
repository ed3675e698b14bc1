# shellcheck shell=bash
# Made by docs/completions_test.go from the programs' own flags. Do not edit.
__bkt_words() {
	case $1 in
	'bkt') may='--help --version admin apply capture changelog containerfile dnf extension flatpak gsetting help local shim status' ;;
	'bkt admin') may='kargs systemd' ;;
	'bkt admin kargs') may='add remove' ;;
	'bkt admin kargs add') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt admin kargs remove') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt admin systemd') may='disable enable mask' ;;
	'bkt admin systemd disable') may='--allow --help --local --pr-only --repo --resolve --system --user --yes' ;;
	'bkt admin systemd enable') may='--allow --help --local --pr-only --repo --resolve --system --user --yes' ;;
	'bkt admin systemd mask') may='--allow --help --local --pr-only --repo --resolve --system --user --yes' ;;
	'bkt apply') may='--dry-run --force --help --now --repo --resolve --yes' ;;
	'bkt capture') may='--allow --help --repo --resolve --yes' ;;
	'bkt changelog') may='done list' ;;
	'bkt changelog done') may='--help' ;;
	'bkt changelog list') may='--color --format --help --root --verbose --version' ;;
	'bkt containerfile') may='check sync' ;;
	'bkt containerfile check') may='--check --color --format --help --manifests --ref --repo --verbose --version' ;;
	'bkt containerfile sync') may='--color --force --format --help --repo --sync --verbose --version --write' ;;
	'bkt dnf') may='copr install remove sync' ;;
	'bkt dnf copr') may='disable enable remove' ;;
	'bkt dnf copr disable') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt dnf copr enable') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt dnf copr remove') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt dnf install') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt dnf remove') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt dnf sync') may='--dry-run --force --help --now --repo --resolve --yes' ;;
	'bkt extension') may='add disable enable remove' ;;
	'bkt extension add') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt extension disable') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt extension enable') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt extension remove') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt flatpak') may='add remove' ;;
	'bkt flatpak add') may='--allow --help --local --pr-only --remote --repo --resolve --system --user --yes' ;;
	'bkt flatpak remove') may='--allow --help --local --pr-only --repo --resolve --system --user --yes' ;;
	'bkt gsetting') may='set unset' ;;
	'bkt gsetting set') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt gsetting unset') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt local') may='clear commit list' ;;
	'bkt local clear') may='--archived --help --root --verbose --version' ;;
	'bkt local commit') may='--allow --archived --help --only --repo --resolve --select --yes' ;;
	'bkt local list') may='--archived --color --format --help --only --root --verbose --version' ;;
	'bkt shim') may='add remove' ;;
	'bkt shim add') may='--allow --help --host --local --pr-only --repo --resolve --yes' ;;
	'bkt shim remove') may='--allow --help --local --pr-only --repo --resolve --yes' ;;
	'bkt status') may='--color --exclude --exit-code --format --help --manifests --no-changelog --only --ref --repo --root --short --verbose --version' ;;
	'bkt-apply') may='--color --dry-run --exclude --force --format --help --list --manifests --now --once --only --ref --repo --resolve --scope --verbose --version --wish --yes' ;;
	'bkt-capture') may='--color --exclude --format --help --only --root --timeout --verbose --version' ;;
	'bkt-cfgen') may='--allow --check --color --exclude --force --format --help --init --manifests --only --prune --ref --repo --resolve --sync --verbose --version --with --write' ;;
	'bkt-drift') may='--color --exclude --exit-code --format --help --manifests --no-changelog --only --ref --repo --root --short --verbose --version' ;;
	'bkt-local') may='--help --version change clear commit done init list path record run' ;;
	'bkt-local change') may='add remove update' ;;
	'bkt-local change add') may='copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd' ;;
	'bkt-local change remove') may='copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd' ;;
	'bkt-local change update') may='copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd' ;;
	'bkt-local clear') may='--archived --help --root --verbose --version' ;;
	'bkt-local commit') may='--archived --color --format --help --leave --manifests --only --ref --repo --resolve --root --select --verbose --version --waiting --wish' ;;
	'bkt-local done') may='--color --format --help --root --verbose --version' ;;
	'bkt-local init') may='bash fish zsh' ;;
	'bkt-local list') may='--archived --color --format --help --only --root --verbose --version' ;;
	'bkt-local path') may='--help --root --verbose --version' ;;
	'bkt-local record') may='--command --help --manifests --ref --repo --root --verbose --version' ;;
	'bkt-local run') may='--command --help --repo --root --subsystem --verbose --version' ;;
	'bkt-pr') may='--color --document --dry-run --fetch --format --help --list --repo --resolve --verbose --version' ;;
	*) return 1 ;;
	esac
}

__bkt_complete() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[0]##*/} word may=''
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		! __bkt_words "$command $word" || command="$command $word"
	done
	may=
	case $prev in
	--color) may='always auto never' ;;
	--exclude) may='copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd' ;;
	--format) may='auto json text' ;;
	--only) may='copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd' ;;
	--resolve) may='local manifest' ;;
	--scope) may='all system user' ;;
	--subsystem) may='copr dnf extension flatpak flatpak-remote gsetting karg repo shim systemd' ;;
	--repo | --manifests | --root | --document | --ref | --wish | --with) may=- ;;
	*) __bkt_words "$command" || may= ;;
	esac
	case $command:$cur in
	*clear:[!-]* | *clear:) may="$may $(bkt-local list --format json 2>/dev/null | sed -n 's/^ *"id": "\(.*\)",\{0,1\}$/\1/p')" ;;
	*done:[!-]* | *done:) may="$may $(bkt-local 'done' --format json 2>/dev/null | sed -n 's/^ *"id": "\(.*\)",\{0,1\}$/\1/p')" ;;
	esac
	COMPREPLY=()
	if [[ $may == - ]]; then
		while IFS= read -r word; do
			COMPREPLY+=("$word")
		done < <(compgen -f -- "$cur")
		return
	fi
	for word in $may; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("$word")
	done
}

complete -F __bkt_complete bkt bkt-apply bkt-capture bkt-cfgen bkt-drift bkt-local bkt-pr
