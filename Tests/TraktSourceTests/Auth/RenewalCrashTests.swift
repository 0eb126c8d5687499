import Accounts
import Diagnostics
import PluginKit
import PluginTestKit
import TestTags
import Testing
@testable import TraktSource

/// Power cuts and killed processes while tokens are renewed.
@Suite(.tags(.crash)) struct RenewalCrashTests {
    /// Renews by whatever is in the folder, as a process does that starts.
    private func renew(_ server: SignInServer, in folder: TemporaryFolder) async throws -> String? {
        let bench = try SessionBench(at: folder)
        let session = bench.session(ScriptedTransport { request, _ in try server.answer(request) })
        guard let token = try await session.token() else { return nil }
        // The old token is dead as soon as Trakt has answered; a real one would say so with 401.
        return token.revealed == "access-1" ? try await session.token(replacing: token)?.revealed : token.revealed
    }

    /// Where a process was cut off, and the seed of what the disk has lost.
    private struct Cut {
        let step: Int
        let event: SimulatedDisk.Event
        let seed: UInt64
    }

    /// Every step of a renewal, before and after it, and in the middle of writes.
    private func cuts() async throws -> [Cut] {
        let bench = try SessionBench()
        try bench.signIn()
        let disk = try SimulatedDisk()
        let server = SignInServer(clock: bench.clock)
        let renewed = try await Faults.$current.withValue(disk) { try await renew(server, in: bench.folder) }
        #expect(renewed == "access-2")
        // The mark and the new tokens: create, write, sync, rename and the folder's sync each, before and after.
        #expect(disk.steps.count == 20)
        return disk.steps.indices.flatMap { step in
            let isWrite = disk.steps[step].act == .write && disk.steps[step].side == .before
            return (0..<3).flatMap { seed in
                [Cut(step: step, event: .stop, seed: seed)]
                    + (isWrite ? [Cut(step: step, event: .tear, seed: seed)] : [])
            }
        }
    }

    @Test(arguments: [false, true])
    func `the file is the old or the new one, and the next start continues or says exactly what was lost`(power: Bool)
        async throws
    {
        for cut in try await cuts() {
            let bench = try SessionBench()
            try bench.signIn()
            let server = SignInServer(clock: bench.clock)
            let disk = try SimulatedDisk(script: [cut.step: cut.event])
            _ = try? await Faults.$current.withValue(disk) { try await renew(server, in: bench.folder) }
            #expect(disk.isCut)
            // A killed process leaves what it wrote; the power takes what was not synced with it.
            if power { _ = try disk.losePower(seed: cut.seed) }

            let kept = try #require(try bench.kept, "step \(cut.step)")
            let token = kept.access.revealed
            #expect(["access-1", "access-2"].contains(token))
            #expect(kept.refresh?.revealed == token.replacing("access", with: "refresh"))
            let wasAsked = server.generation == 2
            let outcome = await bench.rendered {
                let renewed = try await renew(server, in: bench.folder)
                #expect(renewed == "access-2")
            }
            if token == "access-2" || !wasAsked {
                #expect(outcome == "nothing was thrown", "step \(cut.step)")
            } else {
                // Trakt had answered, and the answer was not on the disk: this, and nothing else, loses the sign-in.
                #expect(
                    outcome.contains("the sign-in was lost: a new token was requested at 2026-01-01 12:00")
                )
                #expect(kept.renewalBegun == SessionBench.noon)
            }
        }
    }

    @Test func `a server that repeats its answer loses nothing at any step`() async throws {
        for cut in try await cuts() {
            let bench = try SessionBench()
            try bench.signIn()
            let server = SignInServer(reuse: .repeated, clock: bench.clock)
            let disk = try SimulatedDisk(script: [cut.step: cut.event])
            _ = try? await Faults.$current.withValue(disk) { try await renew(server, in: bench.folder) }
            _ = try disk.losePower(seed: cut.seed)
            #expect(try await renew(server, in: bench.folder) == "access-2", "step \(cut.step)")
            #expect(try bench.kept?.refresh?.revealed == "refresh-2")
        }
    }
}
