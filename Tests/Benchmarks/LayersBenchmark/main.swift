// Times what layers cost a call: each alone, and all together.
//
//     scripts/benchmark-layers [calls] [rounds]
//
// CPU time of the process, the median of interleaved rounds; docs/middleware.md says what is measured.

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
try await LayerTimes(calls: arguments.first ?? 100_000, rounds: arguments.dropFirst().first ?? 7).print()
