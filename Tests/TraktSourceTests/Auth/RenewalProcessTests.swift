import Accounts
import Foundation
import PluginKit
import PluginTestKit
import TestTags
import Testing
@testable import TraktSource

/// Several processes that renew the same sign-in at the same instant.
@Suite(.tags(.crash, .process, .waits)) struct RenewalProcessTests {
    /// Signs in by hand to Trakt and to a service that keeps to the standards.
    private func signIn(_ bench: SessionBench) throws {
        try bench.signIn(lifetime: 10 * 365 * 86_400)
        let text = try bench.folder.text(of: "sprocket/trakt.json").replacing("auth.trakt.tv", with: "auth.films.test")
        try bench.folder.write(text.replacing("trakt", with: "films"), to: "sprocket/films.json")
        chmod(bench.folder.path("sprocket/films.json"), 0o600)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["trakt", "films"], [2, 5])
    func `processes that renew simultaneously ask once, and all have the new token`(service: String, count: Int)
        async throws
    {
        let bench = try SessionBench()
        try signIn(bench)
        let children = try (0..<count).map { _ in try Child(bench.folder.path, service) }
        for child in children { #expect(try await child.line() == "ready") }
        for child in children { child.go() }
        for child in children { #expect(try await child.line() == "access-2") }
        for child in children { try await child.finish() }
        #expect(try bench.folder.text(of: "server.log") == "refresh-1\n")
        let store = CredentialStore(service: service, folder: bench.folder.path("sprocket"))
        let account = service == "trakt" ? "https://auth.trakt.tv" : "https://auth.films.test"
        #expect(try store.credential(of: account).flatMap { OAuthTokens($0) }?.refresh?.revealed == "refresh-2")
    }

    @Test(.timeLimit(.minutes(1))) func `one that is killed while it asks leaves the lock, and the next continues`()
        async throws
    {
        let bench = try SessionBench()
        try bench.signIn(lifetime: 10 * 365 * 86_400)
        let (first, second) = (try Child(bench.folder.path, "trakt"), try Child(bench.folder.path, "trakt"))
        #expect(try await first.line() == "ready")
        #expect(try await second.line() == "ready")
        first.go()
        // It has asked when the line is there; the answer comes 100 ms later.
        while (try? bench.folder.text(of: "server.log")) != "refresh-1\n" {
            try await Task.sleep(for: .milliseconds(1))
        }
        kill(first.pid, SIGKILL)
        second.go()
        // This server takes the token again, as one does that has lost the connection.
        #expect(try await second.line() == "access-2")
        #expect(try bench.folder.text(of: "server.log") == "refresh-1\nrefresh-1\n")
        #expect(try bench.kept?.renewalBegun == nil)
        try await first.finish()
        try await second.finish()
    }
}

/// The program that renews, as a process.
private final class Child: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ folder: String, _ service: String) throws {
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = [folder, service]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    var pid: Int32 { process.processIdentifier }

    /// The next line that it says; nil when it says no more.
    func line() async throws -> String? {
        try await onOwnThread { [output] in
            var bytes: [UInt8] = []
            while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first {
                if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
                bytes.append(byte)
            }
            return nil
        }
    }

    /// Lets it begin.
    func go() { try? input.fileHandleForWriting.write(contentsOf: Data("\n".utf8)) }

    /// Waits until it has ended.
    func finish() async throws {
        try? input.fileHandleForWriting.close()
        try await onOwnThread { [process] in process.waitUntilExit() }
    }

    /// The program that was built with these tests: it lies beside them.
    private static let program: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("AccountProgram").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "AccountProgram"
    }()
}
