// Times the parser against Python's tomllib on four kinds of document, in the same run.
//
//     scripts/benchmark-toml [megabytes] [rounds]
//     scripts/benchmark-toml hostile [megabytes]
//     scripts/benchmark-toml write FOLDER
//
// CPU seconds, the median of interleaved rounds. "tree" is the parse, which checks and converts every value; "read"
// also makes a String of every key and every string, as tomllib does.
//
// `hostile` times documents made to be slow, at a quarter of the size and at the size: four times the time is linear.
// `write` leaves the four documents in a folder, for other parsers.

import Foundation
import Glibc
import TOML
import TOMLSamples

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let megabytes = numbers.first ?? 10
let rounds = numbers.dropFirst().first ?? 5

switch CommandLine.arguments.dropFirst().first {
case "hostile":
    exit(timeHostile(megabytes: megabytes) ? 0 : 1)
case "write":
    let folder = URL(fileURLWithPath: CommandLine.arguments.dropFirst(2).first ?? ".")
    for sample in SampleDocument.all(size: 10 << 20) {
        try Data(sample.bytes).write(to: folder.appendingPathComponent(sample.name + ".toml"))
    }
default:
    try timeSamples()
}
