// Times the plan of a pipeline, from the text of the file to the requests of its sources.
//
//     swift run -c release PlanBenchmark [stages] [rounds]
//
// Wall time in milliseconds, the median and the worst of the rounds, after one that is not counted.

import Pipelines
import PluginKit
import StandardTransforms
import Synthetic

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let stages = max(arguments.first ?? 40, 4)
let rounds = max(arguments.dropFirst().first ?? 101, 1)

/// Three sources, a sink, and in between two joins, then numbers and filters of keys, each on the stage before it.
var text = ""
for (name, column) in [("plays", "year"), ("ratings", "stars"), ("films", "length")] {
    text += """
        [[source]]
        use = "generate"
        name = "\(name)"
        columns = ["id: sequence", "title: text 8..20", "\(column): integer 1..2026", "kind: choice film|show"]

        """
}
for index in 0..<stages - 4 {
    let from = index == 0 ? "plays" : "transform\(index - 1)"
    text += "[[transform]]\nname = \"transform\(index)\"\nfrom = \"\(from)\"\n"
    switch index {
    case 0: text += "use = \"join\"\nlookup = \"ratings\"\nkey = \"id\"\ntake = [\"stars\"]\n"
    case 1: text += "use = \"join\"\nlookup = \"films\"\nkey = \"id\"\ntake = [\"length\"]\n"
    case let odd where odd % 2 == 1: text += "use = \"unique\"\nby = [\"id\"]\n"
    default: text += "use = \"number\"\nas = \"n\(index)\"\nper = [\"kind\"]\n"
    }
}
text += "[[sink]]\nuse = \"null\"\nfrom = \"transform\(stages - 5)\"\n"
let pipeline = text
let registry = Registry(SyntheticPlugins.all + TransformPlugins.all)

func plan() async throws -> Duration {
    let start = ContinuousClock.now
    let file = try PipelineFile(Array(pipeline.utf8), path: "benchmark.toml")
    _ = try await Plan(file, services: Services(registry: registry))
    return ContinuousClock.now - start
}

_ = try await plan()
var times: [Duration] = []
for _ in 0..<rounds { times.append(try await plan()) }
times.sort()
func milliseconds(_ time: Duration) -> String {
    let microseconds = time.components.attoseconds / 1_000_000_000_000 + time.components.seconds * 1_000_000
    return "\(microseconds / 1000).\(String(microseconds % 1000 + 1000).dropFirst()) ms"
}
print("\(stages) stages: median \(milliseconds(times[times.count / 2])), worst \(milliseconds(times[times.count - 1]))")
