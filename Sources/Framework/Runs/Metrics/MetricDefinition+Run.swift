package import PluginKit

/// The families that every run has, whatever plugins it is made of: those of itself, its stages and its process.
///
/// All have the label `pipeline`; further ones are named after each.
extension MetricDefinition {
    // MARK: The run

    /// Who runs: always 1; labels: run, partition.
    package static let runInfo = MetricDefinition(
        "sprocket_run_info",
        kind: .gauge,
        help: "The run by its name; always 1. The only family that names the run."
    )
    /// How it goes; label: state.
    package static let runState = MetricDefinition(
        "sprocket_run_state",
        kind: .gauge,
        help: "1 for the state that the run is in, 0 for the others."
    )
    /// When the process began it.
    package static let runStarted = MetricDefinition(
        "sprocket_run_start_timestamp_seconds",
        kind: .gauge,
        unit: .seconds,
        help: "When this process began the run or took it up."
    )
    /// How long it has taken.
    package static let runDuration = MetricDefinition(
        "sprocket_run_duration_seconds",
        kind: .gauge,
        unit: .seconds,
        help: "How long the run has taken so far, in this process."
    )
    /// When a run of the pipeline last published.
    package static let lastSuccess = MetricDefinition(
        "sprocket_last_success_timestamp_seconds",
        kind: .gauge,
        unit: .seconds,
        help: "When a run of the pipeline last came to its end and published; missing if none ever has."
    )
    /// What the run itself waited for; labels: phase, and stage where it was one.
    package static let runPhases = MetricDefinition(
        "sprocket_run_phase_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "What the run spent its time on; the phases together are its duration."
    )
    /// How many records a second were read.
    package static let throughput = MetricDefinition(
        "sprocket_run_records_per_second",
        kind: .gauge,
        help: "Records read in a second, on average over the run."
    )
    /// How many checkpoints were stored.
    package static let checkpoints = MetricDefinition(
        "sprocket_checkpoints_total",
        kind: .counter,
        help: "Checkpoints stored."
    )
    /// What was published; 0 before the end.
    package static let publishedRecords = MetricDefinition(
        "sprocket_published_records",
        kind: .gauge,
        help: "Records in the published files and at other destinations."
    )
    /// How large that is.
    package static let publishedBytes = MetricDefinition(
        "sprocket_published_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "Size of the published files."
    )

    // MARK: Records. Labels: stage, kind, plugin

    /// What came to a stage.
    package static let recordsRead = MetricDefinition(
        "sprocket_records_read_total",
        kind: .counter,
        help: "Records that a source read, or that came to another stage."
    )
    /// What left it.
    package static let recordsWritten = MetricDefinition(
        "sprocket_records_written_total",
        kind: .counter,
        help:
            "Records that a stage handed on, or that a sink took. What a sink leaves out at the end is filtered besides."
    )
    /// What came to it and left it.
    package static let recordsKept = MetricDefinition(
        "sprocket_records_kept_total",
        kind: .counter,
        help: "Records that came to a stage and that it handed on, or that a sink took."
    )
    /// What it made.
    package static let recordsMade = MetricDefinition(
        "sprocket_records_made_total",
        kind: .counter,
        help: "Records that a transform made out of others, or of what it remembered."
    )
    /// What went into a memory of it.
    package static let recordsCombined = MetricDefinition(
        "sprocket_records_combined_total",
        kind: .counter,
        help: "Records that went into a memory, to come out later or in another form."
    )
    /// What went into a table of it.
    package static let recordsLookedUp = MetricDefinition(
        "sprocket_records_looked_up_total",
        kind: .counter,
        help: "Records that went into a table, for others to be looked up in."
    )
    /// What it left out on purpose.
    package static let recordsFiltered = MetricDefinition(
        "sprocket_records_filtered_total",
        kind: .counter,
        help: "Records left out on purpose."
    )
    /// What could not be used.
    package static let recordsRejected = MetricDefinition(
        "sprocket_records_rejected_total",
        kind: .counter,
        help: "Records that could not be used."
    )
    /// How much text came to a stage.
    package static let bytesRead = MetricDefinition(
        "sprocket_read_bytes_total",
        kind: .counter,
        unit: .bytes,
        help: "Text in the records that a source read, numbers and times not counted."
    )
    /// How much a sink has in its files.
    package static let bytesWritten = MetricDefinition(
        "sprocket_written_bytes_total",
        kind: .counter,
        unit: .bytes,
        help: "What a sink's files have grown by."
    )

    // MARK: Calls. Labels: stage, kind

    /// Attempts at calls; label: result.
    package static let calls = MetricDefinition(
        "sprocket_calls_total",
        kind: .counter,
        help: "Calls of a stage by how they ended; each attempt is one."
    )
    /// How long they took.
    package static let callDuration = MetricDefinition(
        "sprocket_call_duration_seconds",
        kind: .histogram,
        unit: .seconds,
        help: "How long calls took that succeeded, without what layers had them wait."
    )
    /// How long all of them took.
    package static let callBusy = MetricDefinition(
        "sprocket_call_busy_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "How long calls took together, failed ones included; those at the same time count each."
    )
    /// How many are being made.
    package static let callsInFlight = MetricDefinition(
        "sprocket_calls_in_flight",
        kind: .gauge,
        help: "Calls that are being made."
    )
    /// Attempts after the first.
    package static let retries = MetricDefinition(
        "sprocket_retries_total",
        kind: .counter,
        help: "Attempts at calls after the first of each."
    )

    /// What web servers have sent.
    package static let exchangeBytes = MetricDefinition(
        "sprocket_exchange_received_bytes_total",
        kind: .counter,
        unit: .bytes,
        help: "Bodies of the answers of web servers, unpacked."
    )

    // MARK: Queues. Label: stage

    /// What is on its way of a source.
    package static let pagesInFlight = MetricDefinition(
        "sprocket_pages_in_flight",
        kind: .gauge,
        help: "Pages of a source that were begun and are not with the sinks yet."
    )
    /// How many may be.
    package static let pagesInFlightLimit = MetricDefinition(
        "sprocket_pages_in_flight_limit",
        kind: .gauge,
        help: "How many pages of a source may be on their way."
    )
    /// What waits before a sink.
    package static let queueDepth = MetricDefinition(
        "sprocket_queue_batches",
        kind: .gauge,
        help: "Batches that wait before a sink, without the one that it writes."
    )
    /// How much may.
    package static let queueLimit = MetricDefinition(
        "sprocket_queue_batches_limit",
        kind: .gauge,
        help: "How many batches may wait before a sink."
    )

    // MARK: The process

    /// What lies in memory now.
    package static let residentMemory = MetricDefinition(
        "sprocket_process_resident_memory_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "Memory of the process that lies in RAM."
    )
    /// The most that ever did.
    package static let residentMemoryPeak = MetricDefinition(
        "sprocket_process_resident_memory_peak_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "The most memory of the process that lay in RAM."
    )
    /// What the allocator has; label: state.
    package static let heap = MetricDefinition(
        "sprocket_process_heap_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "Memory that the allocator has from the system: in use, free, and mapped by itself."
    )
    /// What it has computed; label: mode.
    package static let processorTime = MetricDefinition(
        "sprocket_process_cpu_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "Processor time since the process began."
    )

    /// All of these.
    package static let ofRuns: [MetricDefinition] = [
        runInfo, runState, runStarted, runDuration, lastSuccess, runPhases, throughput, checkpoints, publishedRecords,
        publishedBytes, recordsRead, recordsWritten, recordsKept, recordsMade, recordsCombined, recordsLookedUp,
        recordsFiltered, recordsRejected,
        bytesRead,
        bytesWritten, calls, callDuration, callBusy, callsInFlight, retries, exchangeBytes, pagesInFlight,
        pagesInFlightLimit,
        queueDepth, queueLimit, residentMemory, residentMemoryPeak, heap, processorTime,
    ]
}
