internal import PluginKit
internal import Pipelines

extension RunContext {
    /// The present metrics of the run.
    ///
    /// It may be called at any time, from any task.
    func snapshot() -> MetricSnapshot {
        MetricSnapshot(
            run: plan.run,
            startedAt: monitor.startedAt,
            takenAt: monitor.moment,
            families: runFamilies + recordFamilies + callFamilies + queueFamilies + layerFamilies + pluginFamilies
                + processFamilies
        )
    }

    private var pipeline: MetricLabel { MetricLabel("pipeline", value: plan.pipeline) }

    private func gauge(_ definition: MetricDefinition, value: Double?) -> MetricFamily {
        MetricFamily(definition, samples: value.map { [MetricSample([pipeline], value: .number($0))] } ?? [])
    }

    private var runFamilies: [MetricFamily] {
        let seconds = monitor.duration.seconds
        let read = zip(plan.nodes, monitor.counts).reduce(0) { $1.0.kind == .source ? $0 + $1.1.read : $0 }
        var info = [pipeline, MetricLabel("run", value: plan.run.id)]
        if let partition = plan.run.partition { info.append(MetricLabel("partition", value: partition)) }
        let outcome = monitor.outcome
        let state = outcome.map(\.outcome.name) ?? "running"
        let isPublished = state == "published" || state == "published-not-recorded"
        // A run that finds nothing new counts as a success.
        let isGood = isPublished || state == "nothing-new"
        let success = isGood ? Double(monitor.moment) / 1e9 : lastSuccess.map { Double($0) / 1e3 }
        var phases: [String: [MetricSample]] = [:]
        for (phase, time) in monitor.phases {
            var labels = [pipeline, MetricLabel("phase", value: phase.name)]
            if let node = phase.node { labels.append(MetricLabel("stage", value: self[node].name)) }
            phases[labels.map(\.value).joined(separator: " "), default: []].append(
                MetricSample(labels, value: .number(time.seconds))
            )
        }
        return [
            MetricFamily(.runInfo, samples: [MetricSample(info, value: .number(1))]),
            MetricFamily(
                .runState,
                samples: RunReport.Outcome.stateNames.map { name in
                    MetricSample([pipeline, MetricLabel("state", value: name)], value: .number(name == state ? 1 : 0))
                }
            ),
            gauge(.runStarted, value: Double(monitor.startedAt) / 1e9), gauge(.runDuration, value: seconds),
            gauge(.lastSuccess, value: success),
            MetricFamily(.runPhases, samples: phases.sorted { $0.key < $1.key }.flatMap(\.value)),
            gauge(.throughput, value: seconds > 0 ? Double(read) / seconds : 0),
            gauge(.checkpoints, value: Double(monitor.checkpoints)),
            gauge(.publishedRecords, value: Double(isPublished ? outcome?.written ?? 0 : 0)),
            gauge(.publishedBytes, value: Double(outcome?.files.reduce(0) { $0 + $1.bytes } ?? 0)),
        ]
    }

    private func stageLabels(_ node: Int) -> [MetricLabel] {
        [
            pipeline, MetricLabel("stage", value: self[node].name),
            MetricLabel("kind", value: self[node].kind.rawValue),
            MetricLabel("plugin", value: self[node].plugin),
        ]
    }

    private var recordFamilies: [MetricFamily] {
        let counts = monitor.counts
        let bytes = monitor.bytesWritten
        func family(_ definition: MetricDefinition, count: (Int) -> Int?) -> MetricFamily {
            let samples = counts.indices.compactMap { node in
                count(node).map { MetricSample(stageLabels(node), value: .number(Double($0))) }
            }
            return MetricFamily(definition, samples: samples)
        }
        return [
            family(.recordsRead) { counts[$0].read }, family(.recordsWritten) { counts[$0].written },
            family(.recordsKept) { counts[$0].kept },
            family(.recordsMade) { self[$0].kind == .transform ? counts[$0].made : nil },
            family(.recordsCombined) { self[$0].kind == .transform ? counts[$0].combined : nil },
            family(.recordsLookedUp) { self[$0].kind == .transform ? counts[$0].lookedUp : nil },
            family(.recordsFiltered) { counts[$0].filtered }, family(.recordsRejected) { counts[$0].rejected },
            family(.bytesRead) { self[$0].kind == .source ? counts[$0].bytesRead : nil },
            family(.bytesWritten) { bytes[$0] },
        ]
    }

    private var callFamilies: [MetricFamily] {
        var calls = MetricFamily(.calls)
        var times = MetricFamily(.callDuration)
        var busy = MetricFamily(.callBusy)
        var inFlight = MetricFamily(.callsInFlight)
        var retries = MetricFamily(.retries)
        for (index, node) in plan.nodes.enumerated() {
            let reading = monitor.meters[index].reading
            let labels = [
                pipeline, MetricLabel("stage", value: node.name), MetricLabel("kind", value: node.callKind.rawValue),
            ]
            for result in CallResult.allCases {
                // Results that have not occurred are 0 from the start, so that the first one is visible as an increase.
                let count = Double(reading.endings[result.place])
                calls.samples.append(
                    MetricSample(labels + [MetricLabel("result", value: result.rawValue)], value: .number(count))
                )
            }
            times.samples.append(MetricSample(labels, value: .times(reading.times)))
            busy.samples.append(MetricSample(labels, value: .number(reading.busy.seconds)))
            inFlight.samples.append(MetricSample(labels, value: .number(Double(reading.inFlight))))
            retries.samples.append(MetricSample(labels, value: .number(Double(self.calls.retries(of: node.name)))))
        }
        return [calls, times, busy, inFlight, retries] + exchangeFamilies
    }

    /// The calls that a stage has made so far, for the report.
    func calls(of index: Int) -> [RunReport.Calls] {
        let node = plan.nodes[index]
        let reading = monitor.meters[index].reading
        let own = RunReport.Calls(
            kind: node.callKind,
            results: reading.results,
            busy: reading.busy,
            times: reading.times
        )
        let counts = node.http.counts
        guard node.makesExchanges || counts.requests > 0 else { return [own] }
        return [
            own,
            RunReport.Calls(
                kind: .exchange,
                results: counts.results,
                busy: counts.busy,
                times: counts.times,
                bytesReceived: counts.bytes
            ),
        ]
    }

    /// The requests of stages to web servers: calls of another kind, within those of the stages.
    private var exchangeFamilies: [MetricFamily] {
        plan.nodes.flatMap { node -> [MetricFamily] in
            let counts = node.http.counts
            // They are 0 from the start if there can be any, so that the first one is visible as an increase.
            guard node.makesExchanges || counts.requests > 0 else { return [] }
            let stage = [pipeline, MetricLabel("stage", value: node.name)]
            let labels = stage + [MetricLabel("kind", value: CallKind.exchange.rawValue)]
            func family(_ definition: MetricDefinition, value: Double) -> MetricFamily {
                MetricFamily(definition, samples: [MetricSample(labels, value: .number(value))])
            }
            let results = CallResult.allCases.map { result in
                let count = Double(counts.results[result] ?? 0)
                return MetricSample(labels + [MetricLabel("result", value: result.rawValue)], value: .number(count))
            }
            return [
                MetricFamily(.calls, samples: results),
                MetricFamily(.callDuration, samples: [MetricSample(labels, value: .times(counts.times))]),
                family(.callBusy, value: counts.busy.seconds), family(.callsInFlight, value: Double(counts.inFlight)),
                family(.retries, value: Double(counts.repeats)),
                MetricFamily(.exchangeBytes, samples: [MetricSample(stage, value: .number(Double(counts.bytes)))]),
            ]
        }
    }

    private var queueFamilies: [MetricFamily] {
        func sample(_ node: Int, number: Int) -> MetricSample {
            MetricSample([pipeline, MetricLabel("stage", value: self[node].name)], value: .number(Double(number)))
        }
        let pages = monitor.pages.map { [$0] } ?? []
        let queues = monitor.queues
        return [
            MetricFamily(.pagesInFlight, samples: pages.map { sample($0.node, number: $0.inFlight) }),
            MetricFamily(.pagesInFlightLimit, samples: pages.map { sample($0.node, number: $0.limit) }),
            MetricFamily(.queueDepth, samples: queues.map { sample($0.node, number: $0.waiting) }),
            MetricFamily(.queueLimit, samples: queues.map { sample($0.node, number: $0.limit) }),
        ]
    }

    private var layerFamilies: [MetricFamily] {
        plan.nodes.flatMap { node in
            node.layers.measurements.flatMap { layer, measurements in
                measurements.compactMap { measurement in
                    let stage = measurement.isShared ? [] : [MetricLabel("stage", value: node.name)]
                    return family(measurement, of: stage + [MetricLabel("layer", value: layer)])
                }
            }
        }
    }

    /// The measurements of stages and exporters.
    private var pluginFamilies: [MetricFamily] {
        plan.nodes.flatMap { node in
            node.stage.instance.measurements.compactMap {
                family($0, of: $0.isShared ? [] : [MetricLabel("stage", value: node.name)])
            }
        }
            + plan.exporters.flatMap { planned in
                planned.exporter.measurements.compactMap {
                    family($0, of: [MetricLabel("exporter", value: planned.name)])
                }
            }
    }

    /// A measurement as exporters receive it; nil if it is for the report only.
    private func family(_ measurement: Measurement, of owner: [MetricLabel]) -> MetricFamily? {
        let labels = [pipeline] + owner + measurement.labels
        return measurement.definition.map { definition in
            MetricFamily(definition, samples: [MetricSample(labels, value: measurement.exported)])
        }
    }

    private var processFamilies: [MetricFamily] {
        let process = monitor.process
        func family(_ definition: MetricDefinition, by label: String, values: KeyValuePairs<String, Double>)
            -> MetricFamily
        {
            let samples = values.map {
                MetricSample([pipeline, MetricLabel(label, value: $0.key)], value: .number($0.value))
            }
            return MetricFamily(definition, samples: samples)
        }
        return [
            gauge(.residentMemory, value: Double(process.residentBytes)),
            gauge(.residentMemoryPeak, value: Double(process.residentPeakBytes)),
            family(
                .heap,
                by: "state",
                values: [
                    "used": Double(process.heapUsedBytes), "free": Double(process.heapFreeBytes),
                    "mapped": Double(process.heapMappedBytes),
                ]
            ),
            family(.processorTime, by: "mode", values: ["user": process.userSeconds, "system": process.systemSeconds]),
        ]
    }
}

extension Plan.Node {
    /// The kind of its calls.
    var callKind: CallKind {
        switch kind {
        case .sink: .write
        case .transform: .batch
        case .source, .middleware, .exporter, .account: .page
        }
    }
}

extension RunReport.Outcome {
    /// Its name in exported metrics.
    public var name: String {
        switch self {
        case .published: "published"
        case .unrecorded: "published-not-recorded"
        case .failed: "failed"
        case .tooManyRejected: "too-many-rejected"
        case .sumsDisagree: "sums-disagree"
        case .stopped: "stopped"
        case .sourceChanged: "source-changed"
        case .refused: "refused"
        case .partly: "partly"
        case .nothingNew: "nothing-new"
        }
    }

    /// The names of all outcomes, and that of a run that is working.
    static let stateNames = [
        "running", "published", "failed", "too-many-rejected", "sums-disagree", "stopped", "source-changed", "refused",
        "partly", "nothing-new", "published-not-recorded",
    ]
}
