# bkt remembers what dnf, flatpak and rpm-ostree do. For fish:
#	bkt-local init fish | source
# Nothing is defined in a script, nor in a container, whose packages are its own.
if status is-interactive
    and test -z "$CONTAINER_ID$DISTROBOX_ENTER_PATH"
    and not test -e /run/.toolboxenv -o -e /run/.containerenv -o -e /.flatpak-info

    # __bkt_changes TOOL ARG...: whether it may change what bkt keeps.
    function __bkt_changes
        set -l tool $argv[1]
        set -e argv[1]
        set -l asks
        for arg in $argv
            switch "$tool:$arg"
                case '*:--help' 'dnf*:--assumeno' 'dnf*:--dump' 'dnf*:--dump-variables' 'flatpak:--show'
                    return 1
                case 'rpm-ostree:--install' 'rpm-ostree:--install=*' 'rpm-ostree:--uninstall' 'rpm-ostree:--uninstall=*'
                    set asks 1
            end
        end
        while set -q argv[1]
            switch "$tool:$argv[1]"
                case '*:-h' '*:--version' '*:-\\?'
                    return 1
                case 'dnf*:-c' 'dnf*:-d' 'dnf*:-e' 'dnf*:-R' 'dnf*:-x' 'dnf*:--config' 'dnf*:--exclude' 'dnf*:--installroot' 'dnf*:--repo' 'dnf*:--repoid' \
                    'dnf*:--enablerepo' 'dnf*:--enable-repo' 'dnf*:--disablerepo' 'dnf*:--disable-repo' 'dnf*:--releasever' \
                    'dnf*:--setopt' 'dnf*:--forcearch' 'dnf*:--comment' 'dnf*:--color' 'dnf*:--repofrompath' \
                    'dnf*:--enableplugin' 'dnf*:--enable-plugin' 'dnf*:--disableplugin' 'dnf*:--disable-plugin' \
                    'flatpak:--installation' 'flatpak:--arch' 'rpm-ostree:--sysroot'
                    set -q argv[2]; or return 1
                    set -e argv[1..2]
                case '*:-*'
                    set -e argv[1]
                case '*'
                    break
            end
        end
        switch "$tool:$argv[1]:$argv[2]"
            case 'dnf*:install:*' 'dnf*:in:*' 'dnf*:localinstall:*' 'dnf*:remove:*' 'dnf*:rm:*' 'dnf*:erase:*' 'dnf*:autoremove:*' \
                'dnf*:swap:*' 'dnf*:reinstall:*' 'dnf*:rei:*' 'dnf*:mark:*' 'dnf*:builddep:*' 'dnf*:build-dep:*' 'dnf*:shell:*' 'dnf*:do:*' \
                'dnf*:groupinstall:*' 'dnf*:groupremove:*' 'dnf*:config-manager:*'
                return 0
            case 'dnf*:group:list' 'dnf*:group:info' 'dnf*:group:summary' 'dnf*:group:' 'dnf*:environment:*'
                return 1
            case 'dnf*:group:*' 'dnf*:grp:*' 'dnf*:groups:install' 'dnf*:groups:remove' 'dnf*:copr:enable' 'dnf*:copr:disable' 'dnf*:copr:remove' \
                'dnf*:history:undo' 'dnf*:history:redo' 'dnf*:history:rollback'
                return 0
            case 'flatpak:install:*' 'flatpak:uninstall:*' 'flatpak:remove:*' 'flatpak:preinstall:*' 'flatpak:remote-add:*' \
                'flatpak:remote-modify:*' 'flatpak:remote-delete:*' 'flatpak:override:*'
                return 0
            case 'flatpak:mask:' 'flatpak:pin:'
                return 1
            case 'flatpak:mask:*' 'flatpak:pin:*'
                return 0
            case 'rpm-ostree:install:*' 'rpm-ostree:uninstall:*' 'rpm-ostree:pkg-add:*' 'rpm-ostree:pkg-remove:*' \
                'rpm-ostree:override:*' 'rpm-ostree:reset:*'
                return 0
            case 'rpm-ostree:upgrade:*' 'rpm-ostree:update:*' 'rpm-ostree:rebase:*' 'rpm-ostree:deploy:*'
                set -q asks[1]
                return
        end
        return 1
    end

    # __bkt_plain TOOL ARG...: whether it is dnf install or remove and names, which an image-based host does its own way.
    function __bkt_plain
        contains -- "$argv[1]" dnf dnf5; and test -e /run/ostree-booted; or return 1
        set -l verb
        for arg in $argv[2..]
            switch "$arg"
                case -y --assumeyes
                case '-*' ''
                    return 1
                case '*'
                    string match -qr '[^A-Za-z0-9._+:~@-]' -- $arg; and return 1
                    set -q verb[1]; or set verb "$arg"
            end
        end
        contains -- "$verb" install in remove rm erase
    end

    # __bkt_run COMMAND...: TOOL ARG..., or sudo TOOL ARG...
    function __bkt_run
        set -l call $argv
        test "$call[1]" = sudo; and set -e call[1]
        if test -n "$BKT_LOCAL_RUN"; or not __bkt_changes $call; or not command -q bkt-local
            command $argv
        else if __bkt_plain $call; and command -q bkt
            command bkt dnf --here $call[2..]
        else if not command -q $argv[1]
            command $argv
        else
            command bkt-local run -- $argv
        end
    end

    function dnf
        __bkt_run dnf $argv
    end

    function dnf5
        __bkt_run dnf5 $argv
    end

    function flatpak
        __bkt_run flatpak $argv
    end

    function rpm-ostree
        __bkt_run rpm-ostree $argv
    end

    # sudo and one of these, with nothing between.
    function sudo
        if contains -- "$argv[1]" dnf dnf5 flatpak rpm-ostree
            __bkt_run sudo $argv
        else
            command sudo $argv
        end
    end
end
