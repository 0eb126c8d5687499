// Times and weighs the cache in memory: gets beside those of a plain dictionary, hit ratios of the two policies on made-up
// traces, and what it takes in memory beside its bound.
//
//     scripts/benchmark-cache [gets] [rounds]
//
// CPU seconds, the median of interleaved rounds.

if CommandLine.arguments.dropFirst().first == "weigh" {
    weigh(CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 0)
} else {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    await timeGets(arguments.first ?? 5_000_000, rounds: arguments.dropFirst().first ?? 5)
    printHitRatios()
}
