internal import Command
internal import PluginKit
internal import StandardFiles
internal import StandardTransforms
internal import Synthetic

/// The command with the plugins of files, for tests that kill it, `scripts/kill-runs` and `scripts/benchmark-spilling`.
@main
enum Main {
    static func main() async {
        await Program(plugins: [FilePlugins.all, TransformPlugins.all, SyntheticPlugins.all].flatMap { $0 }).run()
    }
}
