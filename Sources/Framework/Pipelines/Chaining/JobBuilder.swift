public import Diagnostics
public import PluginKit
internal import TOML

/// Builds jobs from names: finds the files and what they run and need, and reports all errors in them.
public struct JobBuilder {
    private let library: PipelineLibrary
    private let registry: Registry?
    private let environment: [String: String]
    private let isRehearsal: Bool
    /// The variables that `-D` sets, for the files that the command line names.
    private let given: VariableSettings
    /// The files that have been read, by the name that was requested.
    private var files: [String: Result<RunnableFile, DiagnosticList>] = [:]
    /// The files that the command line names.
    private var named: Set<String> = []
    /// The files that lead to the current one, because they need or run it; outermost first.
    private var trail: [Link] = []
    /// The files that variables of chains read with `${file:…}`, with the chains.
    private var filesOfChains: [ReservedFile] = []
    /// The errors found so far.
    public private(set) var problems = DiagnosticList()
    private var reported: Set<String> = []
    /// The first step that runs each incremental pipeline, by the pipeline's file.
    private var incremental: [String: Job.Key] = [:]

    /// The jobs built so far: many paths may lead to one.
    private var made: [Job.Key: Job] = [:]

    private struct Link {
        let file: RunnableFile
        /// How it leads to the next one: `runs` or `needs`.
        var verb = ""
    }

    /// Creates a builder.
    ///
    /// - Parameters:
    ///   - library: Where the files are.
    ///   - registry: The plugins, whose options may name pipelines that they need; nil if they need none.
    ///   - environment: The environment's variables.
    ///   - variables: The variables that `-D` sets, for all files that the command line names.
    ///   - isRehearsal: Whether nothing will be run; then a required variable may be missing.
    public init(
        _ library: PipelineLibrary,
        registry: Registry? = nil,
        environment: [String: String] = [:],
        variables: VariableSettings = VariableSettings(),
        isRehearsal: Bool = false
    ) {
        self.library = library
        self.registry = registry
        self.environment = environment
        given = variables
        self.isRehearsal = isRehearsal
    }

    /// The job of a command: the pipelines and chains run one after the other, until one fails.
    ///
    /// - Parameter names: The names or paths of pipelines and chains.
    /// - Returns: The job, as far as it can be built; errors are added to `problems`.
    public mutating func command(_ names: [String]) -> Job {
        for name in names {
            if let file = file(name) { named.insert(file.source.name) }
        }
        let jobs = names.compactMap { name in file(name).map { job($0, as: $0.name, variables: given) } }
        let steps = jobs.enumerated().map { Job.Step(job: $1, needs: $0 > 0 ? [$0 - 1] : [], onFailure: .stop) }
        let name = names.joined(separator: " ")
        return Job(name: name, needs: [], work: .chain(steps), key: .init(path: "", variables: [:]))
    }

    /// The files that the job consists of, and those that its chains read: no output may replace one of them.
    public var reserved: [ReservedFile] {
        let files = files.values.compactMap { try? $0.get() }.map { file in
            switch file {
            case .pipeline(let pipeline): ReservedFile(pipeline.source.name, of: "the pipeline '\(pipeline.name)'")
            case .chain(let chain): ReservedFile(chain.source.name, of: "the chain '\(chain.name)'")
            }
        }
        return Set(files + filesOfChains).sorted { ($0.path, $0.owner) < ($1.path, $1.owner) }
    }

    private mutating func file(_ name: String, at place: SourceRange? = nil) -> RunnableFile? {
        let file = files[name] ?? library.file(name)
        files[name] = file
        switch file {
        case .success(let file):
            return file
        case .failure(let found):
            // A missing file is reported at every place that refers to it.
            note(found.all.map { $0.placed(at: place.map { .text($0) }) })
            return nil
        }
    }

    /// Adds findings, each once.
    private mutating func note(_ found: [Diagnostic]) {
        for finding in found where reported.insert(finding.identity).inserted { problems.append(finding) }
    }

    private mutating func job(_ file: RunnableFile, as name: String, variables: VariableSettings) -> Job {
        let key = Job.Key(path: file.source.name, variables: variables.texts)
        if let known = made[key] {
            return Job(name: name, needs: known.needs, work: known.work, key: key, size: known.size)
        }
        let job = newJob(file, as: name, variables: variables, key: key)
        made[key] = job
        return job
    }

    private mutating func newJob(
        _ file: RunnableFile,
        as name: String,
        variables: VariableSettings,
        key: Job.Key
    ) -> Job {
        trail.append(Link(file: file))
        defer { trail.removeLast() }
        switch file {
        case .pipeline(let pipeline):
            let needs = pipeline.needs(of: registry).compactMap { need in
                follow(need, verb: "needs") { builder, other in
                    let path = other.source.name
                    return builder.job(
                        other,
                        as: other.name,
                        variables: builder.named.contains(path) ? builder.given : VariableSettings()
                    )
                }
            }
            return Job(name: name, needs: needs, work: .pipeline(pipeline, variables), key: key)
        case .chain(let chain):
            let steps = steps(of: chain, variables: variables)
            let size = steps.reduce(1) { $0.addingReportingOverflow($1.job.size).partialValue }
            return Job(name: name, needs: [], work: .chain(steps), key: key, size: size)
        }
    }

    private mutating func steps(of chain: ChainFile, variables: VariableSettings) -> [Job.Step] {
        let declared = chain.declared
        var found = DiagnosticList()
        let values = declared.values(
            given: variables,
            environment: environment,
            isRehearsal: isRehearsal,
            problems: &found
        )
        var steps: [Job.Step] = []
        var places: [String: Int] = [:]
        var count = 0
        for section in chain.steps {
            let settings = settings(of: section, values: values, found: &found)
            let job = follow(section.run, verb: "runs") { $0.job($1, as: section.name.name, variables: settings) }
            guard let job else { continue }
            count += job.size
            guard count <= FileLimits.steps else {
                note([Self.tooManySteps(at: section.run.range)])
                break
            }
            warnOfSharedState(job, at: section.run)
            places[section.name.name] = steps.count
            let needs = section.needs.compactMap { places[$0.name] }
            steps.append(Job.Step(job: job, needs: needs, onFailure: section.onFailure))
        }
        filesOfChains += values.filesRead.map { ReservedFile($0, of: "the chain '\(chain.name)'") }
        found = values.causes(in: found)
        if !found.hasErrors { found.append(contentsOf: DiagnosticList(declared.unused(values))) }
        note(found.all)
        return steps
    }

    /// Warns about a step that continues from the bookmark of another step, which ran with other variables, perhaps for
    /// another account.
    private mutating func warnOfSharedState(_ job: Job, at run: Reference) {
        guard case .pipeline(let file, _) = job.work, let source = file.sources.first(where: { $0.since != nil }) else {
            return
        }
        guard let other = incremental[job.key.path] else {
            incremental[job.key.path] = job.key
            return
        }
        guard other != job.key else { return }
        note([
            Diagnostic(
                "pipeline.shared-state",
                message:
                    "'\(file.name)' runs here with other variables than before, and its source '\(source.name.name)' "
                    + "continues where that run ended",
                at: .text(run.range),
                hint: "give each its own pipeline, or remove 'since' from this one",
                severity: .warning
            )
        ])
    }

    /// The variables that a step sets, after interpolation.
    private func settings(
        of step: StepSection,
        values: VariableValues,
        found: inout DiagnosticList
    ) -> VariableSettings {
        var settings = VariableSettings()
        for setting in step.with {
            let place = VariableSettings.StepPlace(name: setting.name.range, value: setting.value.range)
            var text: String?
            do throws(Diagnostic) {
                text = try values.text(of: setting.value)
            } catch {
                found.append(error)
            }
            settings.set(setting.name.name, to: text, at: place)
        }
        return settings
    }

    private static func tooManySteps(at place: SourceRange) -> Diagnostic {
        Diagnostic(
            "pipeline.too-many",
            message: "a chain runs at most \(FileLimits.steps) steps, including those of the chains in it",
            at: .text(place),
            hint: "divide it into several"
        )
    }

    /// The job that a reference leads to; nil if there is none, or if it leads back to a file on the way.
    private mutating func follow(
        _ reference: Reference,
        verb: String,
        body: (inout JobBuilder, RunnableFile) -> Job
    ) -> Job? {
        guard let file = file(reference.name, at: reference.range) else { return nil }
        guard trail.count < FileLimits.depth else {
            note([
                Diagnostic(
                    "pipeline.too-many",
                    message: "more than \(FileLimits.depth) files need or run one another in sequence",
                    at: .text(reference.range),
                    hint: "a chain runs many pipelines one after the other, without any of them naming the next"
                )
            ])
            return nil
        }
        trail[trail.count - 1].verb = verb
        guard let start = trail.firstIndex(where: { $0.file.source.name == file.source.name }) else {
            return body(&self, file)
        }
        let circle = trail[start...].enumerated().map { index, link in
            (index == 0 ? "'\(link.file.name)' " : "'\(link.file.name)', which ") + link.verb
        }
        note([
            Diagnostic(
                "pipeline.circle",
                message: "this is a circular reference: " + circle.joined(separator: " ") + " '\(file.name)'",
                at: .text(reference.range),
                hint: "remove one of them"
            )
        ])
        return nil
    }
}
