internal import Diagnostics
internal import Expressions
internal import Formats
internal import Jobs
internal import Platform
internal import Records

/// `sprocket eval`: tries an expression with the records of a JSON file, or without any.
struct EvalVerb: Verb {
    static let name = "eval"
    static let summary = "Try an expression: its type, and its value for the records of a JSON file."
    static let operands = "EXPRESSION"
    static let flags = [
        Flag("with", value: "FILE", help: "A JSON object, or an array of objects: the records, and so the columns."),
        Flag("kind", value: "COLUMN=KIND", help: "The kind of a column that JSON has no form for, such as instant."),
    ]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(DiagnosticList) {
            let (text, records) = try input()
            let expression = try Expression(
                ExpressionText(text, name: "expression"),
                for: records.schema,
                wants: .anything,
                as: "expression",
                context: ExpressionContext(now: now, environment: world.environment)
            )
            terminal.report(expression.warnings)
            var failures = DiagnosticList()
            var values: [Value?] = []
            for result in expression.results(of: records) {
                switch result {
                case .success(let value): values.append(value)
                case .failure(let failure):
                    values.append(nil)
                    failures.append(Self.finding(failure, of: records))
                }
            }
            let type = expression.type
            let lines = values.map { $0?.written(as: type) ?? "(rejected)" }
            terminal.result(lines.joined(separator: "\n"), json: Self.json(values, of: expression))
            terminal.report(failures)
            return failures.hasErrors ? .failed : .done
        } catch {
            terminal.report(error)
            return error.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .usage
        }
    }

    private func input() throws(DiagnosticList) -> (text: String, records: Batch) {
        do throws(Diagnostic) {
            guard arguments.operands.count == 1, let text = arguments.operands.first else {
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket eval' needs one expression",
                    category: .usage,
                    hint: "sprocket eval 'year - year % 10' --with film.json"
                )
            }
            var kinds: [String: Schema.Kind] = [:]
            for word in arguments.all("kind") {
                let parts = word.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, let kind = Schema.Kind(rawValue: String(parts[1])) else {
                    throw Diagnostic(
                        "command.flag",
                        message: "--kind \(word) names no kind of a column",
                        category: .usage,
                        hint: "such as watched_at=instant; the kinds are "
                            + Schema.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                    )
                }
                kinds[String(parts[0])] = kind
            }
            // Without a file there is one record without columns.
            guard let path = arguments["with"] else { return (text, Batch([:], records: [[]])) }
            let bytes = try InputFile(path).readAll(atMost: Self.largest)
            return (text, try JSONRecords(parsing: bytes, name: path, kinds: kinds).batch)
        } catch {
            throw DiagnosticList([error])
        }
    }

    /// The largest file of records in bytes.
    private static let largest = 16 << 20

    private var now: Int64 { (world.clock ?? WallClock(world.time)).nanoseconds / 1000 }

    private static func finding(_ failure: FailedRow, of records: Batch) -> Diagnostic {
        Diagnostic(
            failure.code,
            message: failure.reason,
            category: .data,
            at: .stage("eval", at: records.position(of: failure.row)),
            hint: "try(…) is null where something fails"
        )
    }

    private static func json(_ values: [Value?], of expression: Expression) -> String {
        JSONResult.object { json in
            json.key("type")
            if let type = expression.type { json.write(type.rawValue) } else { json.writeNull() }
            json.key("columns")
            json.array { json in
                for column in expression.columns { json.write(column) }
            }
            json.key("values")
            json.array { json in
                for value in values {
                    if let value, value != .null {
                        json.write(value.written(as: expression.type))
                    } else {
                        json.writeNull()
                    }
                }
            }
        }
    }
}
