#!/bin/sh
# The machine of the documents: ada's, with her distribution on GitHub and a clone of it.
set -eu
git config --global user.name Ada
git config --global user.email ada@example.org
git config --global init.defaultBranch main
git config --global url./run/bkt/srv/.insteadOf https://github.com/ada/
git init -q --bare /run/bkt/srv/my-bazzite.git
mkdir -p .config/bkt .local/share/flatpak/repo
printf '[core]\nrepo_version=1\n\n[remote "flathub"]\nurl=https://dl.flathub.org/repo/\n' >.local/share/flatpak/repo/config
git clone -q https://github.com/ada/my-bazzite.git 2>/dev/null
cd my-bazzite
printf '%s\n' 'FROM ghcr.io/ublue-os/bazzite:stable' '' 'RUN bootc container lint' >Containerfile
printf '{\n  "owner": "ada",\n  "name": "my-bazzite",\n  "url": "https://github.com/ada/my-bazzite.git",\n  "default_branch": "main"\n}\n' >repo.json
cp repo.json ../.config/bkt/
bkt-cfgen --repo . --init --write >/dev/null
git add -A
git commit -qm 'An empty distribution'
sed 's/"packages": \[\]/"packages": [\n    "neovim"\n  ]/' manifests/system-packages.json >x
mv x manifests/system-packages.json
sed 's|"apps": \[\]|"apps": [\n    {\n      "id": "org.gnome.Boxes",\n      "remote": "flathub",\n      "scope": "user"\n    }\n  ]|' manifests/flatpak-apps.json >x
mv x manifests/flatpak-apps.json
sed 's|"remotes": \[\]|"remotes": [\n    {\n      "name": "flathub",\n      "url": "https://dl.flathub.org/repo/flathub.flatpakrepo",\n      "scope": "user"\n    }\n  ]|' manifests/flatpak-remotes.json >x
mv x manifests/flatpak-remotes.json
bkt-cfgen --repo . --sync --write >/dev/null
git add -A
git commit -qm 'My distribution'
git push -q origin main
