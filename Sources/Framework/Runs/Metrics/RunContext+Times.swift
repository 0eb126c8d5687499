internal import PluginKit
internal import Pipelines

extension RunContext {
    /// What the run spent its time on, the longest first.
    var phaseTimes: [RunReport.PhaseTime] {
        monitor.phases.filter { $0.value > .zero }
            .map { RunReport.PhaseTime(phase: $0.name, stage: $0.node.map { self[$0].name }, time: $1) }
            .sorted { ($1.time, $0.phase, $0.stage ?? "") < ($0.time, $1.phase, $1.stage ?? "") }
    }

    /// The times from which the bottleneck is determined.
    ///
    /// - Parameter report: The report of the run.
    /// - Returns: The times.
    func times(of report: RunReport) -> RunTimes {
        var shared: [String: RunTimes.SharedWait] = [:]
        let stages = plan.nodes.indices.map { index in
            var stage = stageTimes(at: index)
            for wait in stageWaits(at: index) {
                if wait.delay.isShared {
                    let owner = wait.layer.map { "layer \($0)" } ?? "stages \(self[index].plugin) \(wait.delay.subject)"
                    let key = "\(owner) \(wait.delay.cause)"
                    shared[key, default: .init(seconds: wait.seconds, waits: [])].waits.append((index, wait))
                } else {
                    stage.waits.append(wait)
                }
            }
            return stage
        }
        let process = monitor.process
        var times = RunTimes(
            total: monitor.duration.seconds,
            records: report.read,
            isDone: report.outcome.isDone,
            phases: monitor.phases.mapValues(\.seconds),
            stages: stages,
            processor: process.userSeconds + process.systemSeconds,
            processors: Processors.count,
            workers: plan.settings.workers ?? Processors.count + 1,
            batchSize: plan.settings.batchSize,
            checkpointEvery: plan.settings.checkpointEvery,
            verifiesContent: plan.settings.verify == .content,
            remedies: plan.remedies
        )
        for (_, wait) in shared.sorted(by: { $0.key < $1.key }) { times.divide(wait) }
        return times
    }

    /// A stage with its own work and its gateways, without the delays of its calls.
    private func stageTimes(at index: Int) -> RunTimes.Stage {
        let node = self[index]
        var stage = RunTimes.Stage(name: node.name, kind: node.kind)
        if case .transform(let transform) = node.stage { stage.isOrdered = transform.hasMemory }
        stage.namesPages = monitor.listing.contains(index)
        stage.isCacheable = node.isCacheable
        stage.hasReuse = node.layers.needsIdentity
        let counts = monitor.counts[index]
        let reading = monitor.meters[index].reading
        stage.calls = reading.ended
        stage.records = counts.read
        if node.kind == .source { stage.pages = reading.times.count }
        let exchanges = node.http.counts
        stage.server = exchanges.busy.seconds
        // Requests happen within the stage's calls, and layers report the delays that they cause.
        let waitedForOthers = (exchanges.waited - exchanges.busy).seconds
        let ownDelays = node.stage.instance.delays.filter { !$0.isShared }.reduce(0) { $0 + $1.length.seconds }
        stage.own = max(0, reading.busy.seconds - waitedForOthers - ownDelays)
        stage.heldBack = max(0, (counts.busy - reading.busy).seconds) + max(0, waitedForOthers)
        stage.gateways = node.layers.members.compactMap { _, layer in
            layer.capacity.map { RunTimes.Gateway(capacity: $0, adviser: layer.advice(on:)) }
        }
        stage.adviser = node.stage.instance.advice(on:)
        return stage
    }

    /// What delayed the calls of a stage: a service's own limit, the stage itself, its layers.
    private func stageWaits(at index: Int) -> [RunTimes.Wait] {
        let node = self[index]
        let plugin = node.stage.instance
        var waits: [RunTimes.Wait] = []
        func add(_ delay: Delay, of layer: String?, reusedOutside: Bool, adviser: @escaping RunTimes.Adviser) {
            guard delay.length > .zero else { return }
            waits.append(
                RunTimes.Wait(
                    delay: delay,
                    layer: layer,
                    seconds: delay.length.seconds,
                    hasReuseOutside: reusedOutside,
                    adviser: adviser
                )
            )
        }
        let exchanges = node.http.counts
        if let limit = exchanges.limit {
            let delay = Delay("limit", kind: .rate, subject: limit, stage: node.name, length: exchanges.limited)
            add(delay, of: limit, reusedOutside: node.layers.needsIdentity) { workload in
                plugin.advice(on: workload) ?? RunTimes.bound(of: workload)
            }
        }
        for delay in plugin.delays {
            add(delay, of: nil, reusedOutside: node.layers.needsIdentity, adviser: plugin.advice(on:))
        }
        var isReused = false
        for (name, layer) in node.layers.members {
            for delay in layer.delays { add(delay, of: name, reusedOutside: isReused, adviser: layer.advice(on:)) }
            isReused = isReused || type(of: layer).needsIdentity
        }
        return waits
    }
}
