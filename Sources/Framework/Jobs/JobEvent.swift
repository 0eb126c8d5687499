public import Diagnostics
public import Runs

/// An event of a running job.
public enum JobEvent: Sendable {
    /// A step starts to run a pipeline; `isAlone` if the job consists of that pipeline only.
    case stepBegins(step: String, pipeline: String, isAlone: Bool)
    /// Warnings and notes about a file or plan.
    case findings(DiagnosticList)
    /// A finding of a stage or of the engine.
    case finding(Diagnostic)
    /// An earlier run of the pipeline was cut off while it published; its files have their final names now.
    case recovered(run: String, pipeline: String)
    /// A batch is done, or nothing has happened for some time.
    case progress(RunProgress)
    /// The pipeline's input changed during the run, so the run starts again.
    case restarts(pipeline: String, because: Diagnostic)
    /// The outcome of a step is decided.
    case stepEnds(StepResult)
}
