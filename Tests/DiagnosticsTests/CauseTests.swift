import Diagnostics
import Testing

@Suite struct CauseTests {
    @Test func `a cause has a line of its own, with its place and its code`() {
        let disk = Diagnostic("file.disk-full", message: "the disk is full", at: .file("a.csv"))
        #expect(
            Diagnostic("acme.down", message: "nothing was written", hint: "run again", cause: .diagnostic(disk))
                .rendered()
                    == """
                    error[acme.down]: nothing was written
                      cause: a.csv: the disk is full [file.disk-full]
                      hint: run again
                    """
        )
    }

    @Test func `causes of causes follow each other, the nearest first`() {
        let system = Diagnostic(
            "acme.socket",
            message: "the line is dead",
            at: .stage("a", at: "at page 3"),
            cause: .text("EPIPE")
        )
        #expect(
            Diagnostic("acme.down", message: "acme does not answer", cause: .diagnostic(system)).rendered() == """
                error[acme.down]: acme does not answer
                  cause: a, at page 3: the line is dead [acme.socket]
                  cause: EPIPE
                """
        )
    }

    @Test func `a cause that the message or the hint quotes is not reported twice`() {
        let cause = Diagnostic("acme.socket", message: "the line is dead")
        #expect(
            Diagnostic("acme.down", message: "acme is away: the line is dead", cause: .diagnostic(cause)).rendered()
                == "error[acme.down]: acme is away: the line is dead"
        )
        #expect(
            Diagnostic("acme.down", message: "acme is away", hint: "the line is dead; wait", cause: .diagnostic(cause))
                .rendered()
                == "error[acme.down]: acme is away\n  hint: the line is dead; wait"
        )
    }

    @Test func `a cause is a line of text, whatever it holds`() {
        #expect(
            Diagnostic("acme.down", message: "acme is away", cause: .text("one\ntwo\u{1B}[31m")).rendered()
                .split(separator: "\n").count == 2
        )
        #expect(!Diagnostic("a.b", message: "c", cause: .text("\u{1B}[31m")).rendered().contains("\u{1B}"))
    }

    @Test func `secrets of the text are hidden in causes, too, however deep`() {
        let text = SourceText("url = \"redis://user:hush-hush@host\"\n", name: "p.toml")
        let inner = Diagnostic("acme.b", message: "no way to redis://user:hush-hush@host")
        let outer = Diagnostic("acme.a", message: "it broke", cause: .diagnostic(inner))
        let problem = Diagnostic("redis.url", message: "it is away", at: .text(text[0..<3]), cause: .diagnostic(outer))
        #expect(problem.rendered().contains("no way to"))
        #expect(!problem.rendered().contains("hush"))
        // Of a cause that is about a text itself, where the problem is not.
        let about = Diagnostic("acme.b", message: "redis://user:hush-hush@host is wrong", at: .text(text[0..<3]))
        #expect(!Diagnostic("acme.a", message: "it broke", cause: .diagnostic(about)).rendered().contains("hush"))
    }

    @Test func `any error can be a cause`() {
        struct Broken: Error, CustomStringConvertible { let description = "it broke" }
        #expect(Diagnostic.Cause(Broken()).message == "it broke")
        #expect(Diagnostic.Cause(Diagnostic("a.b", message: "c")).message == "c")
        #expect(
            Diagnostic.Cause(DiagnosticList([Diagnostic("a.b", message: "c"), Diagnostic("d.e", message: "f")])).message
                == "c"
        )
    }

    @Test func `a circle of causes cannot be made, and a long row of them is cut`() {
        let row = (0..<100).reduce(Diagnostic("a.b", message: "number 0")) { cause, number in
            Diagnostic("a.b", message: "this is \(number + 1)", cause: .diagnostic(cause))
        }
        #expect(row.rendered().split(separator: "\n").count == 9)
    }
}
