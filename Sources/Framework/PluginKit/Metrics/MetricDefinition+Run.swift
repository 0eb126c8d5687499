/// What the engine tells of a run, its stages and its process, whatever plugins it is made of.
///
/// All have the label `pipeline`; further ones are named behind each.
extension MetricDefinition {
    // MARK: The run

    /// Who runs: always 1; labels: run, partition.
    public static let runInfo = MetricDefinition(
        "sprocket_run_info",
        .gauge,
        "The run by its name; always 1. The only family that names the run."
    )
    /// How it goes; label: state.
    public static let runState = MetricDefinition(
        "sprocket_run_state",
        .gauge,
        "1 for the state that the run is in, 0 for the others."
    )
    /// When the process began it.
    public static let runStarted = MetricDefinition(
        "sprocket_run_start_timestamp_seconds",
        .gauge,
        .seconds,
        "When this process began the run or took it up."
    )
    /// How long it has taken.
    public static let runDuration = MetricDefinition(
        "sprocket_run_duration_seconds",
        .gauge,
        .seconds,
        "How long the run has taken so far, in this process."
    )
    /// When a run of the pipeline last published.
    public static let lastSuccess = MetricDefinition(
        "sprocket_last_success_timestamp_seconds",
        .gauge,
        .seconds,
        "When a run of the pipeline last came to its end and published; missing if none ever has."
    )
    /// What the run itself waited for; labels: phase, and stage where it was one.
    public static let runPhases = MetricDefinition(
        "sprocket_run_phase_seconds_total",
        .counter,
        .seconds,
        "What the run spent its time on; the phases together are its duration."
    )
    /// How many records a second were read.
    public static let throughput = MetricDefinition(
        "sprocket_run_records_per_second",
        .gauge,
        "Records read in a second, on average over the run."
    )
    /// How many checkpoints were stored.
    public static let checkpoints = MetricDefinition("sprocket_checkpoints_total", .counter, "Checkpoints stored.")
    /// What was published; 0 before the end.
    public static let publishedRecords = MetricDefinition(
        "sprocket_published_records",
        .gauge,
        "Records in the published files and at other destinations."
    )
    /// How large that is.
    public static let publishedBytes = MetricDefinition(
        "sprocket_published_bytes",
        .gauge,
        .bytes,
        "Size of the published files."
    )

    // MARK: Records. Labels: stage, kind, plugin

    /// What came to a stage.
    public static let recordsRead = MetricDefinition(
        "sprocket_records_read_total",
        .counter,
        "Records that a source read, or that came to another stage."
    )
    /// What left it.
    public static let recordsWritten = MetricDefinition(
        "sprocket_records_written_total",
        .counter,
        "Records that a stage handed on, or that a sink took. What a sink leaves out at the end is filtered besides."
    )
    /// What it made up.
    public static let recordsAdded = MetricDefinition(
        "sprocket_records_added_total",
        .counter,
        "Records that a transform made out of others."
    )
    /// What went into a table of it.
    public static let recordsLookedUp = MetricDefinition(
        "sprocket_records_looked_up_total",
        .counter,
        "Records that went into a table, for others to be looked up in."
    )
    /// What it left out on purpose.
    public static let recordsFiltered = MetricDefinition(
        "sprocket_records_filtered_total",
        .counter,
        "Records left out on purpose."
    )
    /// What could not be used.
    public static let recordsRejected = MetricDefinition(
        "sprocket_records_rejected_total",
        .counter,
        "Records that could not be used."
    )
    /// How much text came to a stage.
    public static let bytesRead = MetricDefinition(
        "sprocket_read_bytes_total",
        .counter,
        .bytes,
        "Text in the records that a source read, numbers and times not counted."
    )
    /// How much a sink has in its files.
    public static let bytesWritten = MetricDefinition(
        "sprocket_written_bytes_total",
        .counter,
        .bytes,
        "What a sink's files have grown by."
    )

    // MARK: Calls. Labels: stage, kind

    /// Attempts at calls; label: result.
    public static let calls = MetricDefinition(
        "sprocket_calls_total",
        .counter,
        "Calls of a stage by how they ended; each attempt is one."
    )
    /// How long they took.
    public static let callDuration = MetricDefinition(
        "sprocket_call_duration_seconds",
        .histogram,
        .seconds,
        "How long calls took that succeeded, without what layers had them wait."
    )
    /// How long all of them took.
    public static let callBusy = MetricDefinition(
        "sprocket_call_busy_seconds_total",
        .counter,
        .seconds,
        "How long calls took together, failed ones included; those at the same time count each."
    )
    /// How many are being made.
    public static let callsInFlight = MetricDefinition(
        "sprocket_calls_in_flight",
        .gauge,
        "Calls that are being made."
    )
    /// Attempts after the first.
    public static let retries = MetricDefinition(
        "sprocket_retries_total",
        .counter,
        "Attempts at calls after the first of each."
    )

    /// What web servers have sent.
    public static let exchangeBytes = MetricDefinition(
        "sprocket_exchange_received_bytes_total",
        .counter,
        .bytes,
        "Bodies of the answers of web servers, unpacked."
    )

    // MARK: Queues. Label: stage

    /// What is on its way of a source.
    public static let pagesInFlight = MetricDefinition(
        "sprocket_pages_in_flight",
        .gauge,
        "Pages of a source that were begun and are not with the sinks yet."
    )
    /// How many may be.
    public static let pagesInFlightLimit = MetricDefinition(
        "sprocket_pages_in_flight_limit",
        .gauge,
        "How many pages of a source may be on their way."
    )
    /// What waits before a sink.
    public static let queueDepth = MetricDefinition(
        "sprocket_queue_batches",
        .gauge,
        "Batches that wait before a sink, without the one that it writes."
    )
    /// How much may.
    public static let queueLimit = MetricDefinition(
        "sprocket_queue_batches_limit",
        .gauge,
        "How many batches may wait before a sink."
    )

    // MARK: The process

    /// What lies in memory now.
    public static let residentMemory = MetricDefinition(
        "sprocket_process_resident_memory_bytes",
        .gauge,
        .bytes,
        "Memory of the process that lies in RAM."
    )
    /// The most that ever did.
    public static let residentMemoryPeak = MetricDefinition(
        "sprocket_process_resident_memory_peak_bytes",
        .gauge,
        .bytes,
        "The most memory of the process that lay in RAM."
    )
    /// What the allocator has; label: state.
    public static let heap = MetricDefinition(
        "sprocket_process_heap_bytes",
        .gauge,
        .bytes,
        "Memory that the allocator has from the system: in use, free, and mapped by itself."
    )
    /// What it has computed; label: mode.
    public static let processorTime = MetricDefinition(
        "sprocket_process_cpu_seconds_total",
        .counter,
        .seconds,
        "Processor time since the process began."
    )

    /// All of these.
    package static let ofRuns: [MetricDefinition] = [
        runInfo, runState, runStarted, runDuration, lastSuccess, runPhases, throughput, checkpoints, publishedRecords,
        publishedBytes, recordsRead, recordsWritten, recordsAdded, recordsLookedUp, recordsFiltered, recordsRejected,
        bytesRead,
        bytesWritten, calls, callDuration, callBusy, callsInFlight, retries, exchangeBytes, pagesInFlight,
        pagesInFlightLimit,
        queueDepth, queueLimit, residentMemory, residentMemoryPeak, heap, processorTime,
    ]
}
