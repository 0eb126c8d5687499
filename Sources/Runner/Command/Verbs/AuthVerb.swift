internal import Accounts
internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs
internal import PluginKit

/// `sprocket auth`: signs in to a service, shows which account is signed in, and signs out.
struct AuthVerb: Verb {
    static let name = "auth"
    static let summary = "Sign in to a service, show which account is signed in, or sign out."
    static let operands = "SERVICE login|status|logout"
    static let flags = [
        Flag(
            "D",
            value: "NAME=VALUE",
            help: "Set an option of the service; may be given several times. Do not put secrets here."
        )
    ]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    private enum Act: String, CaseIterable {
        case login, status, logout
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do {
            let (plugin, act) = try order()
            return try await perform(act, plugin: plugin, terminal: terminal)
        } catch {
            let findings = Self.findings(error)
            terminal.report(findings)
            // There is no run that could have failed: if the command line is right, the problem is in the environment.
            return findings.all.contains { ExitCode(for: $0) == .usage } ? .usage : .environment
        }
    }

    /// The operation that the command line asks for.
    private func order() throws(Diagnostic) -> (any AccountService.Type, Act) {
        let words = arguments.operands
        let services = world.plugins.plugins(.account).map { $0.name }
        guard let name = words.first else {
            throw Diagnostic(
                "command.operand",
                message: "'sprocket auth' needs a service",
                category: .usage,
                hint: hint(for: "", among: services)
            )
        }
        guard let service = try world.plugins.plugin(.account, named: name) as? any AccountService.Type else {
            preconditionFailure("this plugin has no accounts")
        }
        let acts = Act.allCases.map(\.rawValue)
        guard words.count == 2, let act = Act(rawValue: words[1]) else {
            let rest = words.dropFirst().joined(separator: " ")
            throw Diagnostic(
                "command.operand",
                message: "'sprocket auth \(name)' does login, status or logout"
                    + (rest.isEmpty ? "" : ", not '\(rest)'"),
                category: .usage,
                hint: words.lazy.compactMap { VariableWord.hint($0, of: "options") }.first
                    ?? (words.count == 2
                        ? hint(for: rest, among: acts) : "sprocket auth \(name) \(acts.joined(separator: "|"))")
            )
        }
        return (service, act)
    }

    private func perform<Service: AccountService>(
        _ act: Act,
        plugin: Service.Type,
        terminal: Terminal
    ) async throws -> ExitCode {
        let options: Service.Options
        do throws(DiagnosticList) {
            let values = CommandLineOptions(try variables())
            options = try values.bind(Service.Options.self, of: Service.name)
        } catch {
            terminal.report(error)
            return error.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .usage
        }
        let environment = world.environment
        let context = AccountContext(
            environment: environment,
            http: HTTPClient(world.transport, stage: "auth \(Service.name)"),
            credentials: CredentialStore(service: Service.name, environment: environment),
            say: { terminal.tell($0) }
        )
        let service = try Service(options, in: context)
        switch act {
        case .login: try await service.signIn()
        case .logout: try await service.signOut()
        case .status: break
        }
        let status = try await service.status()
        let report = AccountReport(service: Service.name, status: status)
        if terminal.isJSON {
            terminal.answer(Array(report.json.utf8))
        } else if act == .status {
            terminal.result(report.text, json: report.json)
        }
        return act == .logout || status.isSignedIn ? .done : .environment
    }

    /// The variables that `-D` sets.
    private func variables() throws(DiagnosticList) -> [String: String] {
        do throws(Diagnostic) { return try arguments.variables() } catch { throw DiagnosticList([error]) }
    }

    private static func findings(_ error: any Error) -> DiagnosticList {
        switch error {
        case let list as DiagnosticList: list
        case let diagnostic as Diagnostic: DiagnosticList([diagnostic])
        case let failure as StageFailure: DiagnosticList([failure.diagnostic])
        default: DiagnosticList([Diagnostic("account.failed", message: "\(error)", category: .environment)])
        }
    }
}
