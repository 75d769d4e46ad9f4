# bash completion for switchyard

_switchyard()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local commands='complete explain check models stats dashboard help' command='' options i

    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ ${COMP_WORDS[i]} == -- ]]; then # another program's
            if ((i + 1 == COMP_CWORD)); then
                COMPREPLY=($(compgen -c -- "$word"))
            else
                COMPREPLY=($(compgen -f -- "$word"))
            fi
            return
        fi
        [[ " $commands " == *" ${COMP_WORDS[i]} "* ]] && command=${COMP_WORDS[i]} && break
    done
    case $before in
    --wrap)
        COMPREPLY=(--)
        return
        ;;
    --config | --open | --token-file)
        COMPREPLY=($(compgen -f -- "$word"))
        return
        ;;
    --log)
        COMPREPLY=($(compgen -W 'off error warn info debug trace' -- "$word"))
        return
        ;;
    --since)
        COMPREPLY=($(compgen -W '24h 7d 30d today yesterday all' -- "$word"))
        return
        ;;
    --by)
        COMPREPLY=($(compgen -W 'model provider class language editor project route trigger day hour minute' -- "$word"))
        return
        ;;
    --language | --only)
        return
        ;;
    esac
    case $command in
    complete) options='--config --log --json --language --open --notify' ;;
    explain) options='--config --log --json --automatic --language --last --open' ;;
    check) options='--config --json --schema' ;;
    models) options='--config --log --json --services --probe' ;;
    stats) options='--json --csv --prometheus --since --by --only' ;;
    dashboard) options='--config --log --port --token-file' ;;
    help) options='' ;;
    *) options='--config --log --stdio --wrap' ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options --help --version" -- "$word"))
    elif [[ $command == help ]]; then
        COMPREPLY=($(compgen -W "$commands config conditions" -- "$word"))
    elif [[ $command ]]; then
        if [[ $command == models ]]; then
            COMPREPLY=($(compgen -W builtin -- "$word"))
        else
            COMPREPLY=($(compgen -f -- "$word"))
        fi
    else
        COMPREPLY=($(compgen -W "$commands" -- "$word"))
    fi
}

complete -o filenames -F _switchyard switchyard
