public import Diagnostics
public import Runs

/// Something that happens while a job runs.
public enum JobEvent: Sendable {
    /// A step begins to run a pipeline; `isAlone` if the job is that pipeline and nothing else.
    case stepBegins(step: String, pipeline: String, isAlone: Bool)
    /// Warnings and notes of a file or plan.
    case findings(DiagnosticList)
    /// A stage or the engine has something to report.
    case finding(Diagnostic)
    /// An earlier run of the pipeline was cut off while it published; its files have their final names now.
    case recovered(run: String, pipeline: String)
    /// A batch is done, or nothing has happened for some time.
    case progress(RunProgress)
    /// What the pipeline reads has changed meanwhile, so it starts again.
    case restarts(pipeline: String, because: Diagnostic)
    /// The outcome of a step is decided.
    case stepEnds(StepResult)
}
