@testable import Runs
import Testing

/// What the state calls a pipeline, as commands that work as they are printed.
@Suite struct PipelineKeyTests {
    struct Key: Sendable, CustomTestStringConvertible {
        let key: String
        let run: String
        let reset: String
        var testDescription: String { key }
    }

    @Test(arguments: [
        Key(key: "films", run: "films", reset: "films"),
        Key(key: "slow @a", run: "slow --as a", reset: "'slow @a'"),
        Key(key: "films 2of8", run: "films --partition 2/8", reset: "'films 2of8'"),
        Key(
            key: "films @bert 12of100",
            run: "films --as bert --partition 12/100",
            reset: "'films @bert 12of100'"
        ),
        Key(key: "my films", run: "'my films'", reset: "'my films'"),
        Key(key: "my films @é", run: "'my films' --as 'é'", reset: "'my films @é'"),
        Key(key: "it's $HOME", run: #"'it'\''s $HOME'"#, reset: #"'it'\''s $HOME'"#),
        Key(key: "-x", run: "'-x'", reset: "'-x'"),
        Key(key: "a @", run: "'a @'", reset: "'a @'"),
        Key(key: "", run: "''", reset: "''"),
    ])
    func `a key has its commands`(key: Key) {
        #expect(PipelineKey(key.key).run == "sprocket run \(key.run)")
        #expect(PipelineKey(key.key).reset == "sprocket state reset \(key.reset)")
    }
}
