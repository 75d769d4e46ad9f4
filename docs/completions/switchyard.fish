# fish completion for switchyard

set -l commands complete explain check models stats dashboard help
set -l none "not __fish_seen_subcommand_from $commands"

complete -c switchyard -f
complete -c switchyard -n $none -a complete -d 'One completion: class, route, model, time, tokens, cost, text'
complete -c switchyard -n $none -a explain -d 'The decision without sending'
complete -c switchyard -n $none -a check -d 'The configuration as understood, and every mistake in it'
complete -c switchyard -n $none -a models -d 'The models, with provider, dialect, context and price'
complete -c switchyard -n $none -a stats -d 'Calls, times, cost, failures, what was taken and kept'
complete -c switchyard -n $none -a dashboard -d 'A page in the browser that shows what happens, as it happens'
complete -c switchyard -n $none -a help -d 'A command\'s options, or the configuration\'s keys'
complete -c switchyard -n $none -l stdio -d 'The only transport'
complete -c switchyard -n $none -l wrap -d 'In front of the language\'s own server: --wrap -- COMMAND'
complete -c switchyard -n '__fish_seen_argument -l wrap' -x -a '(__fish_complete_subcommand --fcs-skip=2)'
complete -c switchyard -n $none -l version -d 'The version'
complete -c switchyard -l help -d 'The options'
complete -c switchyard -n 'not __fish_seen_subcommand_from help stats' -l config -rF -d 'The configuration to use'
complete -c switchyard -n 'not __fish_seen_subcommand_from help check stats' -l log -x -a 'off error warn info debug trace' -d 'What goes to stderr'
complete -c switchyard -n '__fish_seen_subcommand_from complete explain check models stats' -l json -d 'One JSON value instead of text'
complete -c switchyard -n '__fish_seen_subcommand_from complete explain' -l language -x -d 'Where the file\'s name does not tell'
complete -c switchyard -n '__fish_seen_subcommand_from complete explain' -l open -rF -d 'A further open buffer'
complete -c switchyard -n '__fish_seen_subcommand_from complete' -l notify -d 'Tell the webhooks'
complete -c switchyard -n '__fish_seen_subcommand_from check' -l schema -d 'The configuration\'s JSON Schema'
complete -c switchyard -n '__fish_seen_subcommand_from models' -l services -d 'The services known by name'
complete -c switchyard -n '__fish_seen_subcommand_from explain' -l last -d 'The decision that was carried out last'
complete -c switchyard -n '__fish_seen_subcommand_from explain' -l automatic -d 'As if it came by itself'
complete -c switchyard -n '__fish_seen_subcommand_from models' -l probe -d 'Ask each model now'
complete -c switchyard -n '__fish_seen_subcommand_from stats' -l csv -d 'Comma-separated values'
complete -c switchyard -n '__fish_seen_subcommand_from stats' -l prometheus -d 'The text format of Prometheus'
complete -c switchyard -n '__fish_seen_subcommand_from stats' -l since -x -a '24h 7d 30d today yesterday all' -d 'From when on'
complete -c switchyard -n '__fish_seen_subcommand_from stats' -l by -x -a 'model provider class language editor project route trigger day hour minute' -d 'A row for each'
complete -c switchyard -n '__fish_seen_subcommand_from stats' -l only -x -a 'model= provider= class= language= editor= project= route= trigger=' -d 'Of one of them'
complete -c switchyard -n '__fish_seen_subcommand_from complete explain check' -F
complete -c switchyard -n '__fish_seen_subcommand_from help' -a "$commands config conditions"
complete -c switchyard -n '__fish_seen_subcommand_from models' -f -a builtin -d 'What the built-in model learns here'
complete -c switchyard -n '__fish_seen_subcommand_from dashboard' -l port -x -d 'Listen there'
complete -c switchyard -n '__fish_seen_subcommand_from dashboard' -l token-file -rF -d 'Where the token of its address is kept'
