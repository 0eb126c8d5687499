import Foundation
import PluginTestKit
import Testing

/// A mount that is away: whatever looks at a name in it waits, and nothing but the end of the program lets it go.
///
/// It is one of FUSE with nobody who answers, in a name space of the program's own.
enum HangingMount {
    /// Starts a program, and mounts over one of its folders once it has made some files.
    ///
    /// When that is done there is a file `mounted`.
    ///
    /// - Parameters:
    ///   - program: The path of the program; the process is its own, so signals reach it.
    ///   - arguments: Its arguments.
    ///   - folder: Where it runs.
    ///   - name: The folder that hangs.
    ///   - files: What has to be there first.
    ///   - signal: A signal that the program ignores from its start; nil for none.
    /// - Returns: The program.
    /// - Throws: What starting a program throws.
    static func start(
        _ program: String,
        _ arguments: [String],
        in folder: TemporaryFolder,
        hanging name: String,
        once files: [String],
        ignoring signal: String? = nil
    ) throws -> Program.Running {
        let script = """
            import ctypes, os, signal, sys, time
            away, files, program = sys.argv[1], sys.argv[2].split(), sys.argv[3:]
            starter = os.getpid()
            if os.fork():
                \(signal.map { "signal.signal(signal.SIG\($0), signal.SIG_IGN)" } ?? "pass")
                os.execv(program[0], program)
            while os.getppid() == starter and not all(map(os.path.exists, files)): time.sleep(0.005)
            device = os.open("/dev/fuse", os.O_RDWR)
            options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
            if ctypes.CDLL(None).mount(b"away", away.encode(), b"fuse", 0, options): sys.exit(1)
            open("mounted", "w").close()
            # The mount is away for as long as the program is there, and a minute at most: then it fails, and nothing hangs.
            end = time.monotonic() + 60
            while os.getppid() == starter and time.monotonic() < end: time.sleep(0.05)
            """
        return try Program.Running(
            "/usr/bin/env",
            ["unshare", "--user", "--map-root-user", "--mount", "python3", "-c", script]
                + [name, files.joined(separator: " "), program] + arguments,
            in: folder.path
        )
    }

    /// A test that needs it.
    static let isNeeded: ConditionTrait = .enabled(
        if: isPossible,
        "a mount that hangs needs /dev/fuse and 'unshare --user --mount', which this machine does not have"
    )

    private static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder(), mkdir(folder.path("away"), 0o755) == 0 else { return false }
        let trial = try? start(
            "/bin/sh",
            ["-c", "until [ -e mounted ]; do sleep 0.01; [ $((n += 1)) -lt 500 ] || exit 1; done"],
            in: folder,
            hanging: "away",
            once: []
        )
        return (try? trial?.outcome.code) == 0
    }()
}
