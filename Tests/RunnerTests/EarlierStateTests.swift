import Foundation
import PluginTestKit
import TestTags
import Testing

/// State that version 0.1.0 has left: what it was publishing is completed, and what it was in the middle of begins anew.
@Suite(.tags(.process)) struct EarlierStateTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Its tables, as its last format has them.
    private static let tables = """
        PRAGMA application_id = 1399878251;
        PRAGMA user_version = 5;
        CREATE TABLE runs (number INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, id TEXT NOT NULL, date TEXT NOT NULL,
            time TEXT NOT NULL, configuration TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
            attempts INTEGER NOT NULL, status TEXT NOT NULL, checkpoint INTEGER NOT NULL, seal INTEGER NOT NULL,
            UNIQUE (pipeline, id)) STRICT;
        CREATE TABLE reports (run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE, json TEXT NOT NULL,
            seal INTEGER NOT NULL) STRICT;
        CREATE TABLE checkpoints (run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
            sequence INTEGER NOT NULL, counters BLOB NOT NULL, seal INTEGER NOT NULL) STRICT;
        CREATE TABLE checkpoint_stages (run INTEGER NOT NULL REFERENCES checkpoints ON DELETE CASCADE,
            kind TEXT NOT NULL, stage TEXT NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (run, kind, stage)) STRICT, WITHOUT ROWID;
        CREATE TABLE checkpoint_parts (run INTEGER NOT NULL REFERENCES checkpoints ON DELETE CASCADE,
            position INTEGER NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL, crc32 INTEGER NOT NULL,
            records INTEGER NOT NULL, PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;
        CREATE TABLE publications (run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
            seal INTEGER NOT NULL) STRICT;
        CREATE TABLE publication_files (run INTEGER NOT NULL REFERENCES publications ON DELETE CASCADE,
            position INTEGER NOT NULL, temporary_path TEXT NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL,
            crc32 INTEGER NOT NULL, rule TEXT, PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;
        CREATE TABLE bookmarks (pipeline TEXT NOT NULL, stage TEXT NOT NULL, cursor TEXT NOT NULL,
            edge BLOB NOT NULL, run TEXT NOT NULL, changed_at INTEGER NOT NULL, seal INTEGER NOT NULL, source TEXT,
            file TEXT, PRIMARY KEY (pipeline, stage)) STRICT, WITHOUT ROWID;
        CREATE TABLE temporary_files (pipeline TEXT NOT NULL, path TEXT NOT NULL, run TEXT NOT NULL,
            seal INTEGER NOT NULL, PRIMARY KEY (pipeline, path)) STRICT, WITHOUT ROWID;
        CREATE TABLE made_files (resolved TEXT PRIMARY KEY, path TEXT NOT NULL, pipeline TEXT NOT NULL,
            run TEXT NOT NULL, bytes INTEGER NOT NULL, crc32 INTEGER NOT NULL, number INTEGER NOT NULL,
            seal INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX runs_of_pipeline ON runs (pipeline, number);
        CREATE INDEX made_files_of_pipeline ON made_files (pipeline, number);
        """

    /// Killed after it had stored what it was about to publish, and before the first file had its name.
    private static let publishing = """
        INSERT INTO runs VALUES(1,'old','20261130T101236Z-18866','2026-11-30','101236',
            'c998af19b429118ad57b2cdc69fc95de:-;',1796033556000,NULL,1,'publishing',2,1258707533);
        INSERT INTO checkpoints VALUES(1,2,X'00020808040800080000080000000000000000',2146240127);
        INSERT INTO checkpoint_stages VALUES(1,'cursor','generate',
            X'7b226e756d626572223a342c2272656164223a342c22656e64223a747275657d');
        INSERT INTO checkpoint_stages VALUES(1,'mark','csv',X'363a322c363a32');
        INSERT INTO checkpoint_stages VALUES(1,'state','file:',X'2e2e2f702e746f6d6c');
        INSERT INTO checkpoint_stages VALUES(1,'state','owner:generate',
            X'636f6c756d6e73203d205b226e3a2073657175656e6365225d0a757365203d202267656e657261746522');
        INSERT INTO checkpoint_parts VALUES(1,0,'out/n.csv.part',6,2166976597,2);
        INSERT INTO checkpoint_parts VALUES(1,1,'out/n.csv.2.part',6,2105155416,2);
        INSERT INTO publications VALUES(1,2160825993);
        INSERT INTO publication_files VALUES(1,0,'out/n.csv.part','out/n-01.csv',6,2166976597,'own');
        INSERT INTO publication_files VALUES(1,1,'out/n.csv.2.part','out/n-02.csv',6,2105155416,'own');
        """

    /// Killed while it wrote, after its second checkpoint.
    private static let running = """
        INSERT INTO runs VALUES(1,'old','20261130T101328Z-20488','2026-11-30','101328',
            '6c8c5d8fcd5163117d5040bb9582e308:-;',1796033608000,NULL,1,'running',2,2243950280);
        INSERT INTO checkpoints VALUES(1,2,X'00025050045000500000500000000000000000',330616478);
        INSERT INTO checkpoint_stages VALUES(1,'cursor','generate',
            X'7b226e756d626572223a34302c2272656164223a34302c22656e64223a747275657d');
        INSERT INTO checkpoint_stages VALUES(1,'mark','csv',X'3131333a3430');
        INSERT INTO checkpoint_stages VALUES(1,'state','file:',X'2e2e2f702e746f6d6c');
        INSERT INTO checkpoint_stages VALUES(1,'state','owner:generate',
            X'636f6c756d6e73203d205b226e3a2073657175656e6365225d0a757365203d202267656e657261746522');
        INSERT INTO checkpoint_parts VALUES(1,0,'out/n.csv.part',113,2230261897,40);
        """

    private func leave(_ state: String, _ files: [String: String], pipeline sections: String) throws {
        try folder.write(Self.tables + state, to: "state.sql")
        let script = """
            import os, sqlite3
            os.makedirs('.sprocket')
            c = sqlite3.connect('.sprocket/state.db')
            c.executescript(open('state.sql').read())
            c.close()
            os.remove('state.sql')
            """
        let outcome = try Program.run("/usr/bin/env", ["python3", "-c", script], in: folder.path)
        #expect(outcome.code == 0, "\(outcome.errors)")
        for (name, text) in files { try folder.write(text, to: name) }
        try folder.write("name = \"old\"\n[run]\ncheckpoint_every = 1\nbatch_size = 1\n" + sections, to: "p.toml")
    }

    private func sprocket(_ words: String...) throws -> Program.Outcome {
        try Program.run(Program.path, words, in: folder.path)
    }

    private static let source = """
        [[source]]
        use = "generate"
        rows = 40
        columns = ["n: sequence"]

        """

    @Test func `what it was publishing is completed, whatever the pipeline is by now`() throws {
        try leave(
            Self.publishing,
            ["out/n.csv.part": "n\n1\n2\n", "out/n.csv.2.part": "n\n3\n4\n"],
            // Its sink is another one.
            pipeline: Self.source + "[[sink]]\nuse = \"json-lines\"\npath = \"out/n.jsonl\"\n"
        )
        let shown = try sprocket("state", "show")
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output.contains("while it published; the next run finishes that first"), "\(shown.output)")
        let outcome = try sprocket("run", "p.toml")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("20261130T101236Z-18866"), "\(outcome.errors)")
        #expect(try folder.text(of: "out/n-01.csv") == "n\n1\n2\n")
        #expect(try folder.text(of: "out/n-02.csv") == "n\n3\n4\n")
        #expect(folder.files.filter { $0.hasPrefix("out/") } == ["out/n-01.csv", "out/n-02.csv", "out/n.jsonl"])
        let history = try sprocket("history")
        #expect(history.output.split(separator: "\n").count == 2 && !history.output.contains("publishing"))
    }

    @Test func `what it was in the middle of starts over, and says why`() throws {
        let text = "n\n" + (1...40).map { "\($0)\n" }.joined()
        try leave(
            Self.running,
            ["out/n.csv.part": text + "torn"],
            pipeline: Self.source + "[[sink]]\nuse = \"csv\"\npath = \"out/n.csv\"\n"
        )
        let outcome = try sprocket("run", "p.toml")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.contains(
                "note[run.not-resumed]: the run '20261130T101328Z-20488' did not complete, and another version of "
                    + "the program has stored its progress"
            ),
            "\(outcome.errors)"
        )
        #expect(folder.files.filter { $0.hasPrefix("out/") } == ["out/n.csv"])
        #expect(try folder.text(of: "out/n.csv") == text)
        // The first one is in the history as it ended.
        #expect(try sprocket("history").output.contains("20261130T101328Z-20488"))
    }
}
