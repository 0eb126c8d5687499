import Diagnostics
import Foundation
import TOML
import TOMLSamples

/// Prints a line for each hostile document; false if one took two seconds or more.
func timeHostile(megabytes: Int) -> Bool {
    print("document                      MB   quarter ms      ms  times  answer")
    var isFast = true
    let large = HostileDocument.all(size: megabytes * 1_000_000)
    for (quarter, whole) in zip(HostileDocument.all(size: megabytes * 250_000), large) {
        let first = seconds(quarter)
        let second = seconds(whole)
        isFast = isFast && second.time < 2
        print(
            padded(whole.name, 27) + fixed(Double(whole.bytes.count) / 1e6, 1, width: 5)
                + fixed(first.time * 1e3, 1, width: 13) + fixed(second.time * 1e3, 1, width: 8)
                + fixed(second.time / first.time, 1, width: 7) + "  " + second.answer
        )
    }
    return isFast
}

/// Parses a document, prints what is wrong with it, and lets go of it.
private func seconds(_ document: HostileDocument) -> (time: Double, answer: String) {
    let start = cpuSeconds()
    let problems = TOMLDocument.recovering(document.bytes, name: "x").problems
    let messages = problems.map { $0.rendered() }
    let time = cpuSeconds() - start
    precondition(problems.all.first?.code.name.dropFirst("toml.".count).description == document.code, document.name)
    return (time, messages.isEmpty ? "valid" : "\(messages.count) × \(document.code ?? "")")
}
