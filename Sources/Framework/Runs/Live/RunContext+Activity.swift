internal import PluginKit
internal import Pipelines

extension RunContext {
    /// What the run is doing now.
    var activity: RunActivity {
        let now = plan.time.now
        let present = monitor.present
        func age(_ since: Duration) -> Duration { max(.zero, now - since) }
        return RunActivity(
            phase: RunActivity.Phase(
                name: present.phase.name,
                stage: present.phase.node.map { self[$0].name },
                time: age(present.since)
            ),
            pages: monitor.slots.map { source, number, slot in
                let reading = slot.reading
                let (state, stage) = describe(reading.state)
                return RunActivity.Page(
                    number: number,
                    source: self[source].name,
                    state: state,
                    stage: stage,
                    time: age(reading.since),
                    bytes: reading.bytes
                )
            },
            pageLimit: monitor.pages?.limit,
            sinks: monitor.sinks.map { sink in
                let reading = sink.slot.reading
                return RunActivity.Sink(
                    stage: self[sink.node].name,
                    isWriting: reading.state != .idle,
                    time: age(reading.since),
                    queued: sink.waiting,
                    limit: sink.limit,
                    queuedBytes: sink.bytes,
                    writingBytes: reading.state == .idle ? 0 : reading.bytes
                )
            },
            calls: callsInFlight,
            waits: plan.waits.all.map { wait in
                RunProgress.Waiting(wait.reason, isLimit: wait.isLimit, left: wait.end.map { max(.zero, $0 - now) })
            }
        )
    }

    private func describe(_ state: WorkSlot.State) -> (RunActivity.Page.State, stage: String?) {
        switch state {
        case .reading, .idle: (.reading, nil)
        case .transforming(let node): (.transforming, self[node].name)
        case .waiting: (.waiting, nil)
        case .passing: (.passing, nil)
        }
    }

    private var callsInFlight: [RunActivity.Calls] {
        plan.nodes.enumerated().flatMap { index, node in
            [
                RunActivity.Calls(
                    stage: node.name,
                    kind: node.callKind.rawValue,
                    inFlight: monitor.meters[index].reading.inFlight
                ),
                RunActivity.Calls(
                    stage: node.name,
                    kind: CallKind.exchange.rawValue,
                    inFlight: node.http.counts.inFlight
                ),
            ].filter { $0.inFlight > 0 }
        }
    }
}
