import PluginTestKit
import TestTags
import Testing

/// Words that users write and the program does not know: the answer says what to write instead.
@Suite(.tags(.process)) struct ArgumentHintTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            "[vars]\nexport = \"a.zip\"\n[[source]]\nuse = \"generate\"\nrows = 3\n[[sink]]\nuse = \"null\"\n",
            to: "pipelines/films.toml"
        )
    }

    @Test(arguments: [
        ("run films export=x.zip", "hint: variables are set with -D export=x.zip"),
        ("run films --export=x.zip", "variables are set with -D export=x.zip"),
        ("run films --export x.zip", "variables are set with -D export=…"),
        ("check films export=x.zip", "hint: variables are set with -D export=x.zip"),
        ("run films -v", "progress is shown by default"),
        ("run films --verbose", "progress is shown by default"),
        ("list -v", "'sprocket version' shows the version"),
        ("run films --version", "'sprocket version' shows the version"),
        ("run films --quiet", "did you mean '-q'?"),
        ("run films -limit 3", "did you mean '--limit'?"),
        ("run films --part 1/2", "did you mean '--partition'?"),
        ("run films --dry", "did you mean '--dry-run'?"),
        ("run films -n", "did you mean '--dry-run'?"),
        ("run films --limti 3", "did you mean '--limit'?"),
        ("run films --set x=1", "variables are set with -D name=value"),
        ("run films -D", "the flag '-D' needs a value"),
        ("run films -D export", "hint: -D export=value"),
        ("run films --limit=", "--limit must be a number of records, not ''"),
        ("run films --limit", "the flag '--limit' needs a value"),
        ("run films --state --json", "the flag '--state' needs a value, and '--json' is a flag"),
        ("run films --state=", "the flag '--state' needs a value"),
        ("run films --json=yes", "the flag '--json' takes no value, found 'yes'"),
        ("auth trakt login user=me", "options are set with -D user=me"),
        ("films", "hint: to run a pipeline: sprocket run films"),
        ("-C . films", "hint: to run a pipeline: sprocket run films"),
        ("chekc films", "did you mean 'check'?"),
        ("help chekc", "did you mean 'check'?"),
        ("history films", "its runs: sprocket history --pipeline films"),
        ("history --pipeline fims", "did you mean 'films'?"),
        ("state reset fims", "no state is stored for a pipeline 'fims'"),
        ("state adopt fims", "no state is stored for a pipeline 'fims'"),
        ("check fims", "did you mean 'films'?"),
        ("describe leterboxd", "did you mean 'letterboxd'?"),
        ("auth trkt login", "did you mean 'trakt'?"),
        ("cache show films", "no answers are cached for a pipeline 'films'"),
    ])
    func `a word that is not known is answered with what to write, with exit code 2`(words: String, answer: String)
        throws
    {
        let outcome = try Program.run(Program.path, words.split(separator: " ").map(String.init), in: folder.path)
        #expect(outcome.code == 2)
        // Standard output has the JSON object, if `--json` is among the words, and nothing else.
        #expect(outcome.output.isEmpty != words.contains("--json"))
        #expect(outcome.errors.contains(answer), "\(outcome.errors)")
        #expect(!folder.files.contains { $0.hasPrefix("--") })
    }

    @Test(arguments: [
        "run films -Dexport=x.zip", "run films -D=export=x.zip", "run -h", "-h run", "run films -h",
        "-C . run films -q",
        "--color never list", "-v", "-V", "--version", "help", "help run", "history --pipeline films",
        "run films --limit 1 --limit 2",
    ])
    func `other ways to write what is known are understood`(words: String) throws {
        let outcome = try Program.run(Program.path, words.split(separator: " ").map(String.init), in: folder.path)
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    @Test func `a pipeline that has not run yet has no runs, which is no mistake`() throws {
        let outcome = try Program(folder: folder.path)("history", "--pipeline", "films")
        #expect(outcome.output == "no runs of 'films' yet in '.sprocket'\n")
    }

    @Test(arguments: [
        ("ttl = \"24h\"", true), ("ttl = \"1h\"", true), ("revalidate_for = \"7d\"", true), ("ttl = \"10m\"", false),
        ("", false), ("store = \"disk\"\nttl = \"24h\"", false), ("store = \"tiered\"\nttl = \"24h\"", false),
    ])
    func `a cache in memory that is to last is warned about, by check and by the run`(
        options: String,
        isWarned: Bool
    ) throws {
        try folder.write(
            "[middleware.answers]\nuse = \"cache\"\n\(options)\n[[source]]\nuse = \"trakt\"\ndata = \"history\"\n"
                + "api = \"http://127.0.0.1:1\"\nclient_id = \"x\"\n[[sink]]\nuse = \"null\"\n",
            to: "pipelines/kept.toml"
        )
        let check = try Program(folder: folder.path)("check", "kept")
        #expect(check.errors.contains("warning[cache.memory]") == isWarned, "\(check.errors)")
    }
}
