// A process for the tests of the CPU profiler: it profiles itself, and states on standard output what came of it.
//
//     ProfiledProgram burn SECONDS FILE     profiles tasks and threads that compute, and writes the profile to the file
//     ProfiledProgram flood SECONDS         profiles while other threads send it SIGPROF without a pause
//     ProfiledProgram repeat TIMES          starts and stops as often
//     ProfiledProgram twice                 starts a recording during another
//     ProfiledProgram leave SECONDS         asks for a long profile and wants it no more after some seconds
//     ProfiledProgram threads TIMES FILE    takes the stacks of all threads, and writes the last ones to the file
//     ProfiledProgram late                  sends SIGPROF after a recording
//     ProfiledProgram handled               has a handler of its own for SIGPROF

import Diagnostics
import Glibc
import Profiling

func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(1, line, line.count)
}

let arguments = CommandLine.arguments + ["", ""]
do {
    try await Exercise.run(arguments[1], amount: Int(arguments[2]) ?? 1, path: arguments[3])
} catch {
    say("\(error.code): \(error.message)")
    exit(1)
}
