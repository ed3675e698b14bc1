#!/bin/sh
# The whole loop for real, in a throwaway folder: `make demo`. test/stand builds
# the stage, sets $machine and $apps, and clears everything away at the end.
# shellcheck disable=SC2016 # what run gets is printed first, and expanded then
set -eu
: "${machine:?run it with make demo}" "${apps:?}"
export GIT_PAGER=cat GIT_CONFIG_GLOBAL="$HOME/.gitconfig"
git config --global user.name Ada
git config --global user.email ada@example.test

bold='' plain='' text=' --format text'
if [ -t 1 ]; then
	text=
	[ -n "${NO_COLOR-}" ] || bold=$(printf '\033[1m') plain=$(printf '\033[m')
fi

say() {
	echo
	printf '# %s\n' "$@"
}

# run COMMAND: print it, then do it. Any failure ends the demo.
run() {
	printf '%s$ %s%s\n' "$bold" "$1" "$plain"
	eval "$1"
}

ended() {
	[ "$1" = 0 ] || echo "demo: error: the last command failed ($1)" >&2
}

trap 'ended $?' EXIT
trap 'trap - EXIT; exit 130' HUP INT TERM
# shellcheck disable=SC3040 # where the shell has it
! (set -o pipefail) 2>/dev/null || set -o pipefail

say 'A distribution is a git repository: a Containerfile, and manifests that say what' \
	'you want. This one has a bare repository for its remote; yours is on a forge.'
run 'git init -q --bare -b main my-distro.git'
run 'git clone -q my-distro.git 2>/dev/null && cd my-distro'
run "cat >repo.json <<END
{
  \"owner\": \"ada\",
  \"name\": \"my-distro\",
  \"url\": \"file://\$STAGE/work/my-distro.git\",
  \"default_branch\": \"main\"
}
END"
run "echo 'FROM ghcr.io/ublue-os/bazzite:stable' >Containerfile"

say 'bkt adds empty manifests, and marked sections for what follows from them. Every' \
	'program writes a document, so jq can look at it: these are the files it wrote.'
run "bkt-cfgen --init --write --repo . | jq -er '.files[].path'"
run "git add . && git commit -q -m 'My distribution' && git push -q -u origin main"

say 'Now install things, however you want. (dnf, rpm and --root mean a throwaway' \
	'machine here; $machine is its root folder. $apps is a Flatpak repository.)'
run 'flatpak remote-add --user --from demo $apps'
run 'flatpak install --user -y --noninteractive demo org.demo.Notes'
run 'dnf install -y -q neovim'

# The distribution is found from the folder that one stands in, but by root.
repo=''
if [ "$(id -u)" = 0 ]; then
	repo=' --repo .'
	say 'You are root, whom the folder that it stands in does not guide: hence --repo.'
fi

say 'What is out of sync?'
run "bkt-drift$repo --root \$machine$text"

say 'The first third of the pipe captures what you have beyond the image. libuv is' \
	'not in it: it came as a dependency of neovim.'
run "bkt-capture --root \$machine | jq -ec '.items[]'"

say 'The second third edits the manifests and regenerates the sections, in memory.'
run "bkt-capture --root \$machine | bkt-cfgen$repo | jq -er '.title, .files[].path'"

say 'The whole pipe puts it on a branch of this machine, for a pull request.'
run "bkt-capture --root \$machine | bkt-cfgen$repo | bkt-pr$repo >../pr.json"
run "jq -er '.state, .branch' ../pr.json"

say 'Manifests and Containerfile change together, a line for each thing:'
run 'branch=$(jq -er .branch ../pr.json)'
run 'git fetch -q && git diff main "origin/$branch"'

say 'Your checkout was not touched, and the same pipe again changes nothing.'
run 'git status --short'
run "bkt-capture --root \$machine | bkt-cfgen$repo | bkt-pr$repo --format text"
run "bkt-drift$repo --root \$machine$text"

say 'Somebody merges the pull request. From now on every machine that boots the image' \
	'has neovim, and there is nothing left to propose.'
run 'git push -q origin "origin/$branch:main" && git pull -q'
run "bkt-drift$repo --root \$machine$text"
run "bkt-cfgen$repo --check && echo 'manifests and Containerfile agree'"

say 'The other direction: a second computer of yours, with a home and Flatpak folder of its' \
	'own, on which nothing is installed yet. bkt shows what it is going to do, and asks' \
	'unless it gets --yes. (The package comes with the image that it boots.)'
run 'export HOME=$STAGE/second FLATPAK_USER_DIR=$STAGE/second/flatpak && mkdir -p $HOME'
run "bkt-apply$repo --scope user --only flatpak,flatpak-remote --yes$text"
run 'flatpak list --user --app --columns=application,origin'
run "bkt-apply$repo --scope user --only flatpak,flatpak-remote --yes$text"

say 'What bkt brought, and the manifests drop, bkt removes. What you brought yourself' \
	'is not touched.'
run 'flatpak install --user -y --noninteractive demo org.demo.Chess >/dev/null'
run 'bkt-local change remove flatpak org.demo.Notes scope=user | bkt-cfgen --repo . --write >/dev/null'
run "git commit -q -a -m 'No notes any more'"
run "bkt-apply$repo --scope user --only flatpak,flatpak-remote --yes$text"
run 'flatpak list --user --app --columns=application,origin'

say 'That was the loop. All of it was below this folder, which is removed now:' \
	"$STAGE"
