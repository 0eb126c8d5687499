internal import Diagnostics

/// The run was asked to stop.
struct Stopped: Error {}

/// More records were rejected than the file allows.
struct TooManyRejected: Error {
    let allowance: RejectAllowance
}

/// The counts of a stage do not agree.
struct SumsDisagree: Error {
    let diagnostic: Diagnostic
}
