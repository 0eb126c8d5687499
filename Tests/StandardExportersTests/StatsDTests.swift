import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import Pipelines
@testable import Runs
@testable import StandardExporters

@Suite(.tags(.server)) struct StatsDTests {
    @Test func `metrics arrive in datagrams that fit into a packet`() async throws {
        let receiver = try UDPReceiver()
        let exporter = try Bench().exporter(StatsD.self, options: "port = \(receiver.port)")
        var families: [MetricFamily] = []
        for stage in 0..<200 {
            families.append(
                MetricFamily(
                    .recordsRead,
                    samples: [
                        MetricSample([MetricLabel("stage", value: "s\(stage)")], value: .number(Double(stage + 1)))
                    ]
                )
            )
        }
        let snapshot = MetricSnapshot(run: Sample.run, startedAt: 0, takenAt: 1, families: families)
        try await exporter.export(snapshot, isFinal: true)
        let datagrams = receiver.datagrams
        #expect(datagrams.count > 1)
        #expect(datagrams.allSatisfy { $0.utf8.count <= 1432 })
        #expect(receiver.totals == ["sprocket_records_read_total": 20_100])
    }

    @Test(arguments: [
        (
            "prefix = \"a|b: c#\"",
            """
            options:1:10: error[option.prefix]: a name in StatsD cannot contain the character "|"
                1 | prefix = "a|b: c#"
                  |          ^^^^^^^^^ letters, digits, '_', '-' and '.', such as "batch."
            """
        ),
        (
            "host = \"\"",
            """
            options:1:8: error[option.host]: the host is empty
                1 | host = ""
                  |        ^^ the server's name or address, such as "127.0.0.1"
            """
        ),
    ])
    func `options that no line could have are refused at their place`(options: String, words: String) {
        let error = #expect(throws: Diagnostic.self) { try Bench().exporter(StatsD.self, options: options) }
        #expect(error?.rendered() == words)
    }

    @Test func `a server with an unknown name is an error in words`() async throws {
        let exporter = try Bench().exporter(StatsD.self, options: "host = \"statsd.invalid\"")
        let error = await #expect(throws: Diagnostic.self) {
            try await exporter.export(Sample.snapshot(), isFinal: true)
        }
        #expect(error?.code.name == "socket.unresolved")
        #expect(error?.message.hasPrefix("the name in 'statsd.invalid:8125' has no address: ") == true)
    }

    @Test(arguments: [1, 3])
    func `a port where no program listens is reported, at the first export and each time`(exports: Int) async throws {
        let port = try UDPReceiver().port
        let exporter = try Bench().exporter(StatsD.self, options: "port = \(port)")
        for second in 1...exports {
            let error = await #expect(throws: Diagnostic.self) {
                try await exporter.export(
                    Sample.snapshot(read: Double(1000 * second), after: Int64(second)),
                    isFinal: second == exports
                )
            }
            #expect(
                error?.rendered() == """
                    error[statsd.refused]: nothing listens at '127.0.0.1:\(port)'
                      hint: metrics are lost until a StatsD server listens there; check the host and the port
                    """
            )
        }
    }
}
