# bkt remembers what dnf, flatpak and rpm-ostree do. For bash and zsh:
#	eval "$(bkt-local init bash)"
# Nothing is defined in a script, nor in a container, whose packages are its own.
if [[ $- == *i* && ${SHELLOPTS-} != *posix* && -z ${CONTAINER_ID-}${DISTROBOX_ENTER_PATH-} &&
	! -e /run/.toolboxenv && ! -e /run/.containerenv && ! -e /.flatpak-info ]]; then
	# __bkt_changes TOOL ARG...: whether it may change what bkt keeps.
	function __bkt_changes {
		[[ -z ${ZSH_VERSION-} ]] || \builtin emulate -L zsh
		\builtin local tool=$1 arg asks=''
		\builtin shift
		for arg in "$@"; do
			case "${tool}:${arg}" in
			*:--help | dnf*:--assumeno | dnf*:--dump | dnf*:--dump-variables | flatpak:--show) \builtin return 1 ;;
			rpm-ostree:--install | rpm-ostree:--install=* | rpm-ostree:--uninstall | rpm-ostree:--uninstall=*) asks=1 ;;
			esac
		done
		while [[ $# -gt 0 ]]; do
			case "${tool}:$1" in
			*:-h | *:--version | *:-\?) \builtin return 1 ;;
			dnf*:-[cdeRx] | dnf*:--config | dnf*:--exclude | dnf*:--installroot | dnf*:--repo | dnf*:--repoid | \
				dnf*:--enablerepo | dnf*:--enable-repo | dnf*:--disablerepo | dnf*:--disable-repo | dnf*:--releasever | \
				dnf*:--setopt | dnf*:--forcearch | dnf*:--comment | dnf*:--color | dnf*:--repofrompath | \
				dnf*:--enableplugin | dnf*:--enable-plugin | dnf*:--disableplugin | dnf*:--disable-plugin | \
				flatpak:--installation | flatpak:--arch | rpm-ostree:--sysroot)
				[[ $# -gt 1 ]] || \builtin return 1
				\builtin shift 2
				;;
			*:-*) \builtin shift ;;
			*) \builtin break ;;
			esac
		done
		case "${tool}:${1-}:${2-}" in
		dnf*:install:* | dnf*:in:* | dnf*:localinstall:* | dnf*:remove:* | dnf*:rm:* | dnf*:erase:* | dnf*:autoremove:* | \
			dnf*:swap:* | dnf*:reinstall:* | dnf*:rei:* | dnf*:mark:* | dnf*:builddep:* | dnf*:build-dep:* | dnf*:shell:* | dnf*:do:* | \
			dnf*:groupinstall:* | dnf*:groupremove:* | dnf*:config-manager:*) ;;
		dnf*:group:list | dnf*:group:info | dnf*:group:summary | dnf*:group: | dnf*:environment:*) \builtin return 1 ;;
		dnf*:group:* | dnf*:grp:* | dnf*:groups:install | dnf*:groups:remove | dnf*:copr:enable | dnf*:copr:disable | dnf*:copr:remove | \
			dnf*:history:undo | dnf*:history:redo | dnf*:history:rollback) ;;
		flatpak:install:* | flatpak:uninstall:* | flatpak:remove:* | flatpak:preinstall:* | flatpak:remote-add:* | \
			flatpak:remote-modify:* | flatpak:remote-delete:* | flatpak:override:* | flatpak:mask:?* | flatpak:pin:?*) ;;
		rpm-ostree:install:* | rpm-ostree:uninstall:* | rpm-ostree:pkg-add:* | rpm-ostree:pkg-remove:* | \
			rpm-ostree:override:* | rpm-ostree:reset:*) ;;
		rpm-ostree:upgrade:* | rpm-ostree:update:* | rpm-ostree:rebase:* | rpm-ostree:deploy:*) [[ -n ${asks} ]] || \builtin return 1 ;;
		*) \builtin return 1 ;;
		esac
	}

	# __bkt_plain TOOL ARG...: whether it is dnf install or remove and names, which an image-based host does its own way.
	function __bkt_plain {
		[[ -z ${ZSH_VERSION-} ]] || \builtin emulate -L zsh
		\builtin local verb='' arg
		[[ $1 == dnf || $1 == dnf5 ]] && [[ -e /run/ostree-booted ]] || \builtin return 1
		\builtin shift
		for arg in "$@"; do
			case $arg in
			-y | --assumeyes) ;;
			-* | '' | *[!A-Za-z0-9._+:~@-]*) \builtin return 1 ;;
			*) verb=${verb:-$arg} ;;
			esac
		done
		case $verb in install | in | remove | rm | erase) ;; *) \builtin return 1 ;; esac
	}

	# __bkt_there PROGRAM: whether there is such a program; no function counts.
	function __bkt_there {
		if [[ -n ${ZSH_VERSION-} ]]; then
			\builtin whence -p -- "$1" >/dev/null
		else
			\builtin type -P -- "$1" >/dev/null
		fi
	}

	# __bkt_run COMMAND...: TOOL ARG..., or sudo TOOL ARG...
	function __bkt_run {
		\builtin local first=1
		[[ $1 != sudo ]] || first=2
		if [[ -n ${BKT_LOCAL_RUN-} ]] || ! __bkt_changes "${@:$first}" || ! __bkt_there bkt-local; then
			\command "$@"
		elif __bkt_plain "${@:$first}" && __bkt_there bkt; then
			\command bkt dnf --here "${@:$((first + 1))}"
		elif ! __bkt_there "$1"; then
			\command "$@"
		else
			\command bkt-local run -- "$@"
		fi
	}

	function dnf {
		__bkt_run dnf "$@"
	}

	function dnf5 {
		__bkt_run dnf5 "$@"
	}

	function flatpak {
		__bkt_run flatpak "$@"
	}

	function rpm-ostree {
		__bkt_run rpm-ostree "$@"
	}

	# sudo and one of these, with nothing between.
	function sudo {
		case ${1-} in
		dnf | dnf5 | flatpak | rpm-ostree) __bkt_run sudo "$@" ;;
		*) \command sudo "$@" ;;
		esac
	}
fi
