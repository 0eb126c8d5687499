package import PluginKit

/// The metric families of every run, whatever its plugins: those of the run, its stages and its process.
///
/// All have the label `pipeline`; further labels are named in each comment.
extension MetricDefinition {
    // MARK: The run

    /// The name of the run: always 1; labels: run, partition.
    package static let runInfo = MetricDefinition(
        "sprocket_run_info",
        kind: .gauge,
        help: "The run by its name; always 1. The only family that names the run."
    )
    /// The state of the run; label: state.
    package static let runState = MetricDefinition(
        "sprocket_run_state",
        kind: .gauge,
        help: "1 for the state that the run is in, 0 for the others."
    )
    /// When the process began the run.
    package static let runStarted = MetricDefinition(
        "sprocket_run_start_timestamp_seconds",
        kind: .gauge,
        unit: .seconds,
        help: "When this process began or resumed the run."
    )
    /// How long the run has taken.
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
        help: "When a run of the pipeline last published; missing if none ever has."
    )
    /// What the main task of the run waited for; labels: phase, and stage if there was one.
    package static let runPhases = MetricDefinition(
        "sprocket_run_phase_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "What the run spent its time on; the phases together are its duration."
    )
    /// How many records were read per second.
    package static let throughput = MetricDefinition(
        "sprocket_run_records_per_second",
        kind: .gauge,
        help: "Records read per second, on average over the run."
    )
    /// How many checkpoints were stored.
    package static let checkpoints = MetricDefinition(
        "sprocket_checkpoints_total",
        kind: .counter,
        help: "Checkpoints stored."
    )
    /// How many records were published; 0 before the end.
    package static let publishedRecords = MetricDefinition(
        "sprocket_published_records",
        kind: .gauge,
        help: "Records in the published files and at other destinations."
    )
    /// The size of the published files.
    package static let publishedBytes = MetricDefinition(
        "sprocket_published_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "Size of the published files."
    )

    // MARK: Records. Labels: stage, kind, plugin

    /// Records that arrived at a stage.
    package static let recordsRead = MetricDefinition(
        "sprocket_records_read_total",
        kind: .counter,
        help: "Records that a source read, or that arrived at another stage."
    )
    /// Records that left a stage.
    package static let recordsWritten = MetricDefinition(
        "sprocket_records_written_total",
        kind: .counter,
        help:
            "Records that a stage passed on, or that a sink accepted, including those that the sink filters at the end."
    )
    /// Records that arrived at a stage and left it.
    package static let recordsKept = MetricDefinition(
        "sprocket_records_kept_total",
        kind: .counter,
        help: "Records that arrived at a stage and that it passed on, or that a sink accepted."
    )
    /// Records that a transform made.
    package static let recordsMade = MetricDefinition(
        "sprocket_records_made_total",
        kind: .counter,
        help: "Records that a transform made from others or from its memory."
    )
    /// Records that went into a memory.
    package static let recordsCombined = MetricDefinition(
        "sprocket_records_combined_total",
        kind: .counter,
        help: "Records that went into a memory, to come out later or in another form."
    )
    /// Records that went into a table.
    package static let recordsLookedUp = MetricDefinition(
        "sprocket_records_looked_up_total",
        kind: .counter,
        help: "Records that went into a table, where other records are looked up."
    )
    /// Records that were filtered.
    package static let recordsFiltered = MetricDefinition(
        "sprocket_records_filtered_total",
        kind: .counter,
        help: "Records left out on purpose."
    )
    /// Records that were rejected.
    package static let recordsRejected = MetricDefinition(
        "sprocket_records_rejected_total",
        kind: .counter,
        help: "Records that could not be used."
    )
    /// The text that a source read.
    package static let bytesRead = MetricDefinition(
        "sprocket_read_bytes_total",
        kind: .counter,
        unit: .bytes,
        help: "Text in the records that a source read, numbers and times not counted."
    )
    /// The size of a sink's files.
    package static let bytesWritten = MetricDefinition(
        "sprocket_written_bytes_total",
        kind: .counter,
        unit: .bytes,
        help: "How much a sink's files have grown."
    )

    // MARK: Calls. Labels: stage, kind

    /// Attempts at calls; label: result.
    package static let calls = MetricDefinition(
        "sprocket_calls_total",
        kind: .counter,
        help: "Calls of a stage by how they ended; each attempt is one."
    )
    /// The durations of successful calls.
    package static let callDuration = MetricDefinition(
        "sprocket_call_duration_seconds",
        kind: .histogram,
        unit: .seconds,
        help: "Durations of the successful calls, without delays caused by layers."
    )
    /// The total duration of all calls.
    package static let callBusy = MetricDefinition(
        "sprocket_call_busy_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "Total duration of all calls, failed ones included; simultaneous calls are added up."
    )
    /// How many calls are in progress.
    package static let callsInFlight = MetricDefinition(
        "sprocket_calls_in_flight",
        kind: .gauge,
        help: "Calls in progress."
    )
    /// Attempts after the first.
    package static let retries = MetricDefinition(
        "sprocket_retries_total",
        kind: .counter,
        help: "Attempts at calls after the first of each."
    )

    /// The response bodies of web servers.
    package static let exchangeBytes = MetricDefinition(
        "sprocket_exchange_received_bytes_total",
        kind: .counter,
        unit: .bytes,
        help: "Size of the response bodies of web servers, uncompressed."
    )

    // MARK: Queues. Label: stage

    /// The pages of a source in flight.
    package static let pagesInFlight = MetricDefinition(
        "sprocket_pages_in_flight",
        kind: .gauge,
        help: "Pages of a source that were begun and have not reached the sinks."
    )
    /// The maximum of pages in flight.
    package static let pagesInFlightLimit = MetricDefinition(
        "sprocket_pages_in_flight_limit",
        kind: .gauge,
        help: "How many pages of a source may be in flight."
    )
    /// The batches in the queue of a sink.
    package static let queueDepth = MetricDefinition(
        "sprocket_queue_batches",
        kind: .gauge,
        help: "Batches in the queue of a sink, without the one that it writes."
    )
    /// The capacity of the queue.
    package static let queueLimit = MetricDefinition(
        "sprocket_queue_batches_limit",
        kind: .gauge,
        help: "How many batches the queue of a sink holds at most."
    )

    // MARK: The process

    /// The memory in RAM.
    package static let residentMemory = MetricDefinition(
        "sprocket_process_resident_memory_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "Memory of the process that is in RAM."
    )
    /// The peak of the memory in RAM.
    package static let residentMemoryPeak = MetricDefinition(
        "sprocket_process_resident_memory_peak_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "Peak of the memory of the process that was in RAM."
    )
    /// The memory of the allocator; label: state.
    package static let heap = MetricDefinition(
        "sprocket_process_heap_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "Memory that the allocator has from the system: in use, free, and mapped separately."
    )
    /// Processor time; label: mode.
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
