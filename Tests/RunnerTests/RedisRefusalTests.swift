import Foundation
import PluginKit
import PluginTestKit
import RedisServer
import Sockets
import TestTags
import Testing

/// Runs of the program with a Redis server that is there and will never be of use: a mistake in the settings, and no server
/// that is away.
@Suite(.tags(.process, .server)) struct RedisRefusalTests {
    private let work: Workplace
    private let account: AskedAccount

    init() throws {
        work = try Workplace()
        account = try AskedAccount(plays: 25)
    }

    /// What is wrong with the server.
    enum Mistake: String, CaseIterable, CustomTestStringConvertible {
        case wrongPassword = "WRONGPASS"
        case noPassword = "NOAUTH"
        case noRight = "NOPERM"
        case noDatabase = "ERR"
        case noRedis = "does not answer like a Redis server"

        var testDescription: String { rawValue }
    }

    /// Who uses the server.
    enum Layer: String, CaseIterable {
        case cache = #"use = "cache"\#nstore = "redis""#
        case tiered = #"use = "cache"\#nstore = "tiered"\#nsecond_store = "redis""#
        case limit = #"use = "rate-limit"\#nshared = "redis"\#nrequests = 100"#
        case local = #"use = "rate-limit"\#nshared = "redis"\#nrequests = 100\#nwithout_server = "local""#
    }

    private func write(_ layer: Layer) throws {
        try work.folder.write(
            """
            [middleware.shared]
            \(layer.rawValue)
            url = "${env:REDIS_URL}"
            timeout = "5s"
            connect_timeout = "5s"
            \(account.source)
            [[sink]]
            use = "csv"
            path = "out/films.csv"
            """,
            to: "pipelines/films.toml"
        )
    }

    @Test(arguments: Mistake.allCases, Layer.allCases)
    func `it ends the run before its first call, and says what is wrong`(mistake: Mistake, layer: Layer) async throws {
        try write(layer)
        let server = try RedisServer("--requirepass", "right", "--user", "ann", "on", ">word", "~*", "+ping", "+select")
        let listener = try Listener(at: .port(0, of: "127.0.0.1"))
        defer { listener.stop() }
        try OwnThread.start {
            while let connection = try? listener.accept() {
                try? connection.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), until: Deadline(in: .seconds(5)))
                connection.shutDown()
            }
        }
        let place = "127.0.0.1:\(server.port)"
        let url =
            switch mistake {
            case .wrongPassword: "redis://:hidden-word@\(place)"
            case .noPassword: "redis://\(place)"
            case .noRight: "redis://ann:word@\(place)"
            case .noDatabase: "redis://:right@\(place)/99"
            case .noRedis: "redis://127.0.0.1:\(try #require(listener.port))"
            }
        let running = try Program.Running(
            Program.path,
            ["run", "films"],
            in: work.folder.path,
            environment: account.environment(work.folder, ["REDIS_URL": url])
        )
        let outcome = try await running.ended
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains(mistake.rawValue), "\(outcome.errors)")
        #expect(!outcome.errors.contains("is unavailable"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("hidden-word"))
        #expect(outcome.errors.contains("hint: ") || mistake == .noRight, "\(outcome.errors)")
        #expect(work.files(in: "out") == [])
    }
}
