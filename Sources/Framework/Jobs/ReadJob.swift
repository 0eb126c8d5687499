package import Diagnostics
package import Pipelines
internal import Runs
internal import PluginKit

/// A job whose files have been read: its pipelines and chains, before any of them is planned.
package struct ReadJob {
    /// The job, as far as it can be made.
    package let job: Job
    /// The errors in its files.
    package let problems: DiagnosticList
    /// The files that no output may replace.
    package let reserved: [ReservedFile]
    private let order: JobOrder
    private let world: World
    private let isRehearsal: Bool

    /// Reads the files of a job.
    ///
    /// - Parameters:
    ///   - order: The pipelines to run.
    ///   - world: The environment that they run in.
    ///   - isRehearsal: Whether nothing will be run; then a required variable may be missing.
    package init(_ order: JobOrder, in world: World, isRehearsal: Bool = false) {
        var builder = JobBuilder(
            world.pipelines.library,
            registry: world.plugins,
            environment: world.environment,
            variables: VariableSettings(order.variables),
            isRehearsal: isRehearsal
        )
        job = builder.command(order.names)
        problems = builder.problems
        reserved = builder.reserved + order.reserved
        (self.order, self.world, self.isRehearsal) = (order, world, isRehearsal)
    }

    /// Checks the pipelines without running them.
    ///
    /// - Parameter isOffline: Whether no source may look at its input.
    /// - Returns: The findings, and the plans of the pipelines that can run.
    package func examine(isOffline: Bool = false) async -> (findings: DiagnosticList, plans: [Plan]) {
        await job.examine(
            world.services(reserving: reserved),
            scope: order.scope,
            isRehearsal: isRehearsal,
            isOffline: isOffline
        )
    }
}
