// Times what layers cost a call: each alone, and all together.
//
//     LayersBenchmark [calls] [rounds] [layer]
//
// CPU time of the process, the median of interleaved rounds; docs/middleware.md says what is measured.

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.compactMap { Int($0) }
try await LayerTimes(
    calls: numbers.first ?? 100_000,
    rounds: numbers.dropFirst().first ?? 7,
    only: arguments.first { Int($0) == nil }
).print()
