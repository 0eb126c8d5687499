import Foundation
import PluginKit
import PluginTestKit
import TestTags
import Testing

/// Whose file is written: each output of the program, with each thing that may lie at its path.
@Suite(.tags(.process)) struct OutputTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
    }

    /// Everything that a run writes to a path that its user gives.
    enum Output: String, CaseIterable, Sendable {
        case csv, csvParts, jsonLines, diary, ratings, watchlist, list, kept, prometheus, jsonFile, jsonLog, report

        /// A pipeline that writes there.
        func pipeline(_ path: String) -> String {
            let films = """
                [[source]]
                use = "generate"
                rows = 3
                columns = ["tmdb: sequence", "title: text 3", "watched_at: instant 2010-01-01..2020-01-01", \
                "rating: integer 1..10"]

                """
            let null = films + "[[sink]]\nuse = \"null\"\n"
            return switch self {
            case .csv: films + "[[sink]]\nuse = \"csv\"\non_existing = \"replace\"\npath = \"\(path)\"\n"
            case .csvParts:
                films + "[[sink]]\nuse = \"csv\"\non_existing = \"replace\"\nmax_rows = 9\npath = \"\(path)\"\n"
            case .jsonLines: films + "[[sink]]\nuse = \"json-lines\"\non_existing = \"replace\"\npath = \"\(path)\"\n"
            case .diary, .ratings, .watchlist, .list:
                films + "[[sink]]\nuse = \"letterboxd\"\ntime_zone = \"UTC\"\ncontent = \"\(rawValue)\"\n"
                    + "on_existing = \"replace\"\npath = \"\(path)\"\n"
            case .kept:
                "[run]\non_reject = { limit = 9, keep = \"\(path)\" }\n"
                    + films.replacing("\"tmdb: sequence\", \"title: text 3\"", with: "\"tmdb: integer 1..9 null 100%\"")
                    + "[[sink]]\nuse = \"letterboxd\"\ntime_zone = \"UTC\"\npath = \"other.csv\"\n"
            case .prometheus: null + "[exporter.e]\nuse = \"prometheus\"\npath = \"\(path)\"\n"
            case .jsonFile: null + "[exporter.e]\nuse = \"json-file\"\npath = \"\(path)\"\n"
            case .jsonLog: null + "[exporter.e]\nuse = \"json-file\"\nappend = true\npath = \"\(path)\"\n"
            case .report: null
            }
        }

        /// Whether `check` sees the path.
        var isInFile: Bool { self != .report }
        /// Whether it has a `.part` that stays until the end.
        var hasPart: Bool { ![.prometheus, .jsonFile, .jsonLog, .report].contains(self) }

        /// What may lie there and be replaced: figures and rejected records replace only what was written before them.
        var earlier: String {
            switch self {
            case .kept: "{\"stage\":\"old\"}\n"
            case .prometheus: "# HELP old\n"
            case .jsonFile, .jsonLog: "{\"pipeline\":\"old\"}\n"
            case .report: "{\"sprocket\":\"earlier\"}\n"
            default: "old"
            }
        }

        func run(_ path: String, in folder: TemporaryFolder, _ verb: String = "run") throws -> Program.Outcome {
            try folder.write(pipeline(path), to: "p.toml")
            let report = self == .report && verb == "run" ? ["--report", path] : []
            return try Program.run(Program.path, [verb, "p.toml"] + report, in: folder.path)
        }
    }

    @Test(arguments: Output.allCases, Obstacle.refused)
    func `what is not a regular file is refused by check and by the run, and stays`(
        output: Output,
        obstacle: Obstacle
    ) throws {
        try Obstacle.layOut(in: folder)
        let before = obstacle.kinds(in: folder)
        let isUsage =
            obstacle.code == "option.standard-stream" || output == .report && obstacle.code == "file.not-regular"
        let code: Int32 = isUsage ? 2 : 3
        if output.isInFile {
            let check = try output.run(obstacle.name, in: folder, "check")
            #expect(check.code == code, "\(check.errors)")
            #expect(check.errors.contains("p.toml:"))
        }
        let run = try output.run(obstacle.name, in: folder)
        #expect(run.code == code, "\(run.errors)")
        #expect(run.errors.contains(obstacle.name) || run.output.contains(obstacle.name))
        #expect(obstacle.kinds(in: folder) == before)
        #expect(!folder.files.contains { $0.contains(".part") })
    }

    @Test(arguments: Output.allCases, Obstacle.followed)
    func `a link is written through`(output: Output, obstacle: Obstacle) throws {
        try Obstacle.layOut(in: folder)
        try folder.write(output.earlier, to: "real")
        let run = try output.run(obstacle.name, in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(obstacle.kinds(in: folder) == obstacle.kindsWhenWritten)
        let bytes = try InputFile(obstacle.path(in: folder)).readAll(atMost: 1 << 20)
        #expect(bytes.starts(with: Array(output.earlier.utf8)) == (output == .jsonLog && obstacle.name == "link"))
        #expect(!folder.files.contains { $0.contains(".part") || $0.contains(".spool") })
    }

    @Test(arguments: Output.allCases)
    func `mode and owner of a file that is replaced are kept`(output: Output) throws {
        try folder.write(output.earlier, to: "x")
        #expect(chmod(folder.path("x"), 0o640) == 0)
        if geteuid() == 0 { #expect(chown(folder.path("x"), 1234, 2345) == 0) }
        var (before, after) = (stat(), stat())
        #expect(stat(folder.path("x"), &before) == 0)
        #expect(try output.run("x", in: folder).code == 0)
        #expect(stat(folder.path("x"), &after) == 0)
        #expect((after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid))
        #expect(try folder.text(of: "x") != output.earlier)
    }

    @Test(arguments: Output.allCases.filter(\.hasPart), ["file", "empty", "link", "hard", "fifo", "folder"])
    func `a temporary name that another has is refused before anything is read`(output: Output, kind: String) throws {
        try folder.write("mine", to: "mine")
        let part = folder.path("x.part")
        switch kind {
        case "file": try folder.write("foreign", to: "x.part")
        case "empty": try folder.write("", to: "x.part")
        case "link": #expect(symlink("mine", part) == 0)
        case "hard": #expect(link(folder.path("mine"), part) == 0)
        case "fifo": #expect(mkfifo(part, 0o600) == 0)
        default: #expect(mkdir(part, 0o700) == 0)
        }
        let identity = FileIdentity(named: part)
        // Twice: the refusal is not what makes the file ours.
        for _ in 1...2 {
            let run = try output.run("x", in: folder)
            #expect(run.code == 3, "\(run.errors)")
            #expect(run.errors.contains("x.part: error[file.foreign]"), "\(run.errors)")
            #expect(FileIdentity(named: part) == identity)
            #expect(try folder.text(of: "mine") == "mine")
            if kind == "file" { #expect(try folder.text(of: "x.part") == "foreign") }
            #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
        }
    }

    @Test(arguments: ["x.spool", "x.2.part", "x.previous", "x.copy", "x.new"])
    func `files of the user's with names like ours are never lost`(name: String) throws {
        for number in 1...2 {
            try folder.write("mine \(number)", to: name)
            for output in [Output.csvParts, .diary, .kept] {
                try? FileManager.default.removeItem(atPath: folder.path("x"))
                let run = try output.run("x", in: folder)
                let isNeeded = name == "x.spool" && output == .diary
                #expect(run.code == (isNeeded ? 3 : 0), "\(run.errors)")
                if isNeeded { #expect(run.errors.contains("x.spool: error[file.foreign]")) }
                #expect(try folder.text(of: name) == "mine \(number)")
            }
        }
    }

    @Test func `a dry run claims nothing`() throws {
        try folder.write("foreign", to: "x.part")
        try folder.write(Output.csv.pipeline("x"), to: "p.toml")
        #expect(try sprocket("run", "p.toml", "--dry-run").code == 0)
        #expect(folder.files.sorted() == ["p.toml", "x.part"])
    }

    @Test(arguments: [Output.csv, .diary, .kept])
    func `nothing empty is left where there is nothing to write`(output: Output) throws {
        let text = output.pipeline("x").replacing("rows = 3", with: "rows = 0")
        try folder.write(text, to: "p.toml")
        #expect(try sprocket("run", "p.toml").code == 0)
        #expect(!folder.files.contains { $0.contains(".part") || $0.contains(".spool") })
        #expect(FileManager.default.fileExists(atPath: folder.path("x")) == (output == .csv))
    }
}
