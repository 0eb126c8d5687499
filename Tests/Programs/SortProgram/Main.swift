internal import Command
internal import PluginKit
internal import StandardFiles
internal import StandardTransforms
internal import Synthetic
internal import TestPipelines

/// The command with the transforms of the tests that sort and add up, for `scripts/kill-runs --pipeline sort` and
/// `scripts/benchmark-spilling`.
@main
enum Main {
    static func main() async {
        let tests: [any Plugin.Type] = [Sort.self, Aggregate.self, Top.self]
        await Program(plugins: [FilePlugins.all, TransformPlugins.all, SyntheticPlugins.all, tests].flatMap { $0 })
            .run()
    }
}
