// swift-tools-version: 6.2
import PackageDescription

// The map of the house. Floors are listed from the ground up, and each names the floors it stands on, so an arrow
// that points up does not compile. `docs/architecture.md` draws it.

let language: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335: dynamic dispatch is written out
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409: an import is private until it is part of the API
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444: a file imports what it uses
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461: async code stays with its caller
]

// A warning is an error here, and not by a flag of the test command: every command builds with the same settings, so what
// one has compiled, the next one has. SwiftPM leaves this out where the package is a dependency that it has fetched
// (SE-0480). A newer compiler may know more warnings, and is to build the package nonetheless.
#if compiler(>=6.4)
let strict = language
#else
let strict = language + [.treatAllWarnings(as: .error)]
#endif

func floor(_ name: String, on below: [Target.Dependency] = [], settings: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: below, path: "Sources/Framework/\(name)", swiftSettings: strict + settings)
}

/// A plugin sees the floors up to PluginKit, and what it names besides, such as a database: never what runs it, never
/// another plugin.
func plugin(_ name: String, on more: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: ["PluginKit", "Formats", "Records", "Diagnostics"] + more,
        path: "Sources/Plugins/\(name)",
        swiftSettings: strict
    )
}

func tests(_ name: String, of subjects: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: subjects + ["TestTags"], path: "Tests/\(name)", swiftSettings: strict)
}

let pluginTargets = [
    "TraktSource", "LetterboxdSink", "StandardTransforms", "StandardFiles", "StandardCache", "StandardExporters",
    "StandardMiddleware", "Synthetic",
]
let plugins: [Target.Dependency] = pluginTargets.map { .byName(name: $0) }

// `import PluginKit` brings all of the kit with it.
let kit = ["PluginKit", "Options", "HTTP", "Metrics", "Formats", "Records", "Platform", "Diagnostics"]
let rooms = ["Expressions", "InputFiles", "Spilling", "Sorting", "Limits", "Accounts"]

let package = Package(
    name: "sprocket",
    products: [
        .executable(name: "sprocket", targets: ["Sprocket"]),
        // What an author of plugins imports, and the rooms that a plugin names if it needs them.
        .library(name: "PluginKit", targets: kit + rooms),
        .library(name: "PluginTestKit", targets: ["PluginTestKit", "TestTags"]),
        // To run pipelines within another program, and to make a program of one's own with the verbs of `sprocket`.
        .library(name: "Jobs", targets: ["Jobs"]),
        .library(name: "SprocketCommand", targets: ["Command"]),
        .library(name: "SprocketPlugins", targets: ["SprocketPlugins"] + pluginTargets),
        .library(name: "TOML", targets: ["TOML"]),
    ],
    targets: [
        // The system's zlib, for the archives that services hand out.
        .systemLibrary(
            name: "CZlib",
            path: "Sources/Framework/CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]
        ),

        // The system's SQLite, for what outlives a process.
        .systemLibrary(
            name: "CSQLite",
            path: "Sources/Framework/CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .yum(["sqlite-devel"]), .brew(["sqlite"])]
        ),

        // What is used of libcurl, which is loaded at run time.
        .systemLibrary(name: "CCurl", path: "Sources/Framework/CCurl"),

        // What is used of libzstd, which is loaded at run time.
        .systemLibrary(name: "CZstd", path: "Sources/Framework/CZstd"),

        // What is used of PCRE2, which is loaded at run time.
        .systemLibrary(name: "CPCRE2", path: "Sources/Framework/CPCRE2"),

        // The signal handler of the CPU profiler, and what it needs of the kernel and of Swift's runtime.
        .systemLibrary(name: "CProfiling", path: "Sources/Framework/CProfiling"),

        // What the Glibc module leaves out of the C library: ways of renaming files, clocks, use of the machine.
        .systemLibrary(name: "CPlatform", path: "Sources/Framework/CPlatform"),

        // The framework, from the ground up.
        floor("Diagnostics"),
        floor("Platform", on: ["CPlatform", "Diagnostics"]),
        // Records alone returns spans out of storage that it owns.
        floor("Records", on: ["Platform", "Diagnostics"], settings: [.enableExperimentalFeature("Lifetimes")]),
        // Its scanner and parser hold spans of the document.
        floor("TOML", on: ["Diagnostics"], settings: [.enableExperimentalFeature("Lifetimes")]),
        floor("Formats", on: ["CZlib", "CZstd", "Records", "Platform", "Diagnostics"]),
        floor("Sockets", on: ["Platform", "Diagnostics"]),
        floor("Profiling", on: ["CProfiling", "Formats", "Platform", "Diagnostics"]),
        floor("Database", on: ["CSQLite", "Platform", "Diagnostics"]),
        floor("StateStore", on: ["Database", "Platform", "Formats", "Diagnostics"]),
        floor("Metrics", on: ["Platform"]),
        floor("HTTP", on: ["CCurl", "Sockets", "Formats", "Platform", "Diagnostics"]),
        floor("Options", on: ["TOML", "Formats", "Records", "Platform", "Diagnostics"]),
        // What a pipeline file computes from columns.
        floor(
            "Expressions",
            on: ["CPCRE2", "CPlatform", "Options", "TOML", "Formats", "Records", "Platform", "Diagnostics"]
        ),
        floor(
            "PluginKit",
            on: ["CPlatform", "Options", "HTTP", "Metrics", "Formats", "Records", "Platform", "Diagnostics"]
        ),

        // Rooms that a plugin names if it needs them.
        floor("Sorting", on: ["CPlatform", "Platform", "Diagnostics"]),
        floor("InputFiles", on: ["PluginKit", "Options", "HTTP", "Formats", "Platform", "Diagnostics"]),
        floor("Spilling", on: ["PluginKit", "Formats", "Records", "Diagnostics"]),
        floor("Redis", on: ["Sockets", "Options", "Metrics", "Platform", "Diagnostics"]),
        floor("Limits", on: ["PluginKit"]),
        floor("Accounts", on: ["PluginKit", "Formats", "Platform", "Diagnostics"]),

        floor(
            "Pipelines",
            on: ["StateStore", "Accounts", "PluginKit", "TOML", "Formats", "Records", "Diagnostics"]
        ),
        floor(
            "Runs",
            on: ["Pipelines", "StateStore", "PluginKit", "Formats", "Records", "Platform", "Diagnostics"]
        ),
        floor(
            "Jobs",
            on: ["Runs", "Pipelines", "StateStore", "HTTP", "PluginKit", "Formats", "Diagnostics"]
        ),
        floor(
            "Monitor",
            on: [
                "Jobs", "Runs", "Pipelines", "HTTP", "Sockets", "Metrics", "PluginKit", "Profiling", "Formats",
                "Platform", "Diagnostics",
            ]
        ),
        floor(
            "PluginTestKit",
            on: ["Runs", "Pipelines", "PluginKit", "TOML", "Formats", "Records", "Platform", "Diagnostics"]
        ),
        // Apart from the kit, which programs of tests and benchmarks link, and which leaves the test library to its user.
        floor("TestTags"),

        // Plugins. A new one is a folder, a line here and a line in StandardPlugins.swift.
        plugin("TraktSource", on: ["Accounts", "Limits"]),
        plugin("LetterboxdSink", on: ["Sorting"]),
        plugin("StandardTransforms", on: ["Expressions", "Spilling"]),
        plugin("StandardMiddleware", on: ["Limits", "Redis"]),
        plugin("StandardFiles", on: ["InputFiles", "TOML"]),
        plugin("StandardExporters", on: ["Sockets"]),
        plugin("StandardCache", on: ["Database", "Redis"]),
        plugin("Synthetic"),

        // The one list of all plugins, for this program and for others.
        .target(
            name: "SprocketPlugins",
            dependencies: ["PluginKit"] + plugins,
            path: "Sources/Runner/SprocketPlugins",
            swiftSettings: strict
        ),

        // The roof: the command, and the program that is the command with these plugins.
        .target(
            name: "Command",
            dependencies: [
                "CPlatform", "Monitor", "Jobs", "Runs", "Pipelines", "Expressions", "Accounts", "StandardCache",
                "PluginKit",
                "TOML", "Formats", "Records", "Diagnostics",
            ],
            path: "Sources/Runner/Command",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Sprocket",
            dependencies: ["Command", "SprocketPlugins"],
            path: "Sources/Runner/Sprocket",
            swiftSettings: strict
        ),

        // The made-up account that ships as the sample, and the command that writes its export anew.
        .target(
            name: "SampleExport",
            dependencies: ["Formats", "Diagnostics"],
            path: "Tests/SampleExport",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "SampleAccount",
            dependencies: ["SampleExport", "PluginKit"],
            path: "Tests/SampleAccount",
            swiftSettings: strict
        ),

        // Trakt on this machine, for the tests and by hand.
        .target(
            name: "TraktServer",
            dependencies: [
                "SampleExport", "CZlib", "HTTP", "Sockets", "Platform", "PluginKit", "Formats", "Diagnostics",
            ],
            path: "Tests/TraktServer",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "TraktStandIn",
            dependencies: ["TraktServer", "SampleExport", "PluginKit", "Formats", "Diagnostics"],
            path: "Tests/Programs/TraktStandIn",
            swiftSettings: strict
        ),

        // Benchmarks, each with its script.
        .target(name: "TOMLSamples", path: "Tests/Benchmarks/TOMLSamples", swiftSettings: strict),
        .executableTarget(
            name: "TOMLBenchmark",
            dependencies: ["TOML", "TOMLSamples", "Diagnostics"],
            path: "Tests/Benchmarks/TOMLBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ExportBenchmark",
            dependencies: ["SampleExport", "PluginKit", "Formats", "Diagnostics"],
            path: "Tests/Benchmarks/ExportBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "FilesBenchmark",
            dependencies: ["StandardFiles", "Synthetic", "PluginTestKit", "PluginKit", "Records"],
            path: "Tests/Benchmarks/FilesBenchmark",
            swiftSettings: strict
        ),

        .executableTarget(
            name: "PlanBenchmark",
            dependencies: ["Pipelines", "PluginKit", "StandardTransforms", "Synthetic"],
            path: "Tests/Benchmarks/PlanBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "TransformsBenchmark",
            dependencies: ["StandardTransforms", "Synthetic", "PluginTestKit", "PluginKit", "Records"],
            path: "Tests/Benchmarks/TransformsBenchmark",
            swiftSettings: strict
        ),

        .executableTarget(
            name: "ColumnsBenchmark",
            dependencies: ["Records"],
            path: "Tests/Benchmarks/ColumnsBenchmark",
            swiftSettings: strict
        ),

        .executableTarget(
            name: "ExpressionsBenchmark",
            dependencies: ["Expressions"],
            path: "Tests/Benchmarks/ExpressionsBenchmark",
            swiftSettings: strict
        ),

        .executableTarget(
            name: "CacheBenchmark",
            dependencies: ["StandardCache", "PluginTestKit", "PluginKit"],
            path: "Tests/Benchmarks/CacheBenchmark",
            swiftSettings: strict
        ),

        .executableTarget(
            name: "LayersBenchmark",
            dependencies: ["StandardCache", "StandardMiddleware", "PluginTestKit", "PluginKit"],
            path: "Tests/Benchmarks/LayersBenchmark",
            swiftSettings: strict
        ),

        tests("DiagnosticsTests", of: ["Diagnostics"]),
        tests("PlatformTests", of: ["Platform", "PluginTestKit", "PluginKit", "Diagnostics"]),
        tests("RecordsTests", of: ["Records", "PluginTestKit", "Diagnostics"]),
        tests("TOMLTests", of: ["TOML", "TOMLSamples", "PluginTestKit", "Diagnostics"]),
        tests("FormatsTests", of: ["Formats", "PluginTestKit", "Records", "Diagnostics"]),
        tests("SortingTests", of: ["Sorting", "Platform", "PluginTestKit", "Diagnostics"]),
        tests(
            "SpillingTests",
            of: ["Spilling", "StandardTransforms", "SortProgram", "TestPipelines", "PluginTestKit", "PluginKit"]
        ),
        tests(
            "InputFilesTests",
            of: ["InputFiles", "PluginTestKit", "PluginKit", "HTTP", "Formats", "Diagnostics"]
        ),
        tests("MetricsTests", of: ["Metrics", "PluginTestKit"]),
        tests("OptionsTests", of: ["Options", "PluginTestKit", "PluginKit", "TOML", "Diagnostics"]),
        tests(
            "ExpressionsTests",
            of: [
                "Expressions", "PluginTestKit", "Options", "TOML", "Formats", "Records", "Platform", "Diagnostics",
            ]
        ),
        // Writes docs/functions.md, by its script.
        .executableTarget(
            name: "FunctionPage",
            dependencies: ["Expressions"],
            path: "Tests/Programs/FunctionPage",
            swiftSettings: strict
        ),
        // Runs public test data of regular expressions, by its script.
        .executableTarget(
            name: "PatternSuite",
            dependencies: ["Expressions", "TOML", "Platform", "Diagnostics"],
            path: "Tests/Programs/PatternSuite",
            swiftSettings: strict
        ),
        tests("LimitsTests", of: ["Limits", "PluginTestKit", "PluginKit"]),
        tests("AccountsTests", of: ["Accounts", "PluginTestKit", "PluginKit", "Diagnostics"]),
        tests("PluginKitTests", of: ["Accounts", "PluginKit", "PluginTestKit", "Diagnostics"]),
        tests("HTTPTests", of: ["HTTP", "Sockets", "PluginTestKit", "PluginKit", "Formats", "Diagnostics"]),
        // A folder and plugins to plan and run pipelines with.
        .target(
            name: "TestPipelines",
            dependencies: [
                "StandardTransforms", "InputFiles", "Spilling", "Runs", "Pipelines", "Database", "PluginTestKit",
                "PluginKit", "TOML", "Formats", "Records", "Diagnostics",
            ],
            path: "Tests/TestPipelines",
            swiftSettings: strict
        ),
        // The command with few plugins; it is killed by tests and scripts.
        .executableTarget(
            name: "SortProgram",
            dependencies: ["Command", "StandardFiles", "StandardTransforms", "Synthetic", "PluginKit"],
            path: "Tests/Programs/SortProgram",
            swiftSettings: strict
        ),
        tests(
            "PipelinesTests",
            of: [
                "TestPipelines", "Runs", "Pipelines", "PluginTestKit", "PluginKit", "Records", "Diagnostics",
            ]
        ),
        tests(
            "RunsTests",
            of: [
                "TestPipelines", "Runs", "Pipelines", "StandardMiddleware", "StandardCache", "StateStore",
                "PluginTestKit", "PluginKit", "Formats", "Records", "Diagnostics",
            ]
        ),
        tests(
            "JobsTests",
            of: [
                "Jobs", "StandardFiles", "Synthetic", "PluginTestKit", "PluginKit", "Formats", "Diagnostics",
            ]
        ),
        tests(
            "MonitorTests",
            of: [
                "Monitor", "Jobs", "Runs", "Pipelines", "HTTP", "Sockets", "Metrics", "Profiling", "StandardFiles",
                "StandardTransforms", "PluginTestKit", "PluginKit", "Formats", "Diagnostics",
            ]
        ),
        tests(
            "PluginTestKitTests",
            of: [
                "TestPipelines", "Limits", "PluginTestKit", "Runs", "Pipelines", "PluginKit", "Formats", "Diagnostics",
            ]
        ),
        tests(
            "LetterboxdSinkTests",
            of: ["LetterboxdSink", "PluginTestKit", "PluginKit", "TOML", "Formats", "Records", "Diagnostics"]
        ),
        // The program holds locks and is killed by the tests.
        .executableTarget(
            name: "StateProgram",
            dependencies: ["StateStore", "PluginKit", "Diagnostics"],
            path: "Tests/Programs/StateProgram",
            swiftSettings: strict
        ),
        tests(
            "StateStoreTests",
            of: ["CSQLite", "StateStore", "StateProgram", "Platform", "PluginTestKit", "PluginKit", "Diagnostics"]
        ),
        // The program itself, as a process: the dependency has it built first.
        tests(
            "RunnerTests",
            of: [
                "Sprocket", "SprocketPlugins", "Command", "Jobs", "TraktServer", "RedisServer", "SampleExport",
                "StateStore", "Database",
                "PluginTestKit", "Runs", "Pipelines",
                "PluginKit", "Formats", "Diagnostics",
            ]
        ),
        // The program is killed by the tests.
        .executableTarget(
            name: "CacheProgram",
            dependencies: ["StandardCache", "PluginKit"],
            path: "Tests/Programs/CacheProgram",
            swiftSettings: strict
        ),
        tests(
            "StandardCacheTests",
            of: [
                "StandardCache", "CacheProgram", "Database", "Redis", "RedisServer", "PluginTestKit", "PluginKit",
                "Diagnostics",
            ]
        ),
        tests(
            "StandardFilesTests",
            of: ["StandardFiles", "PluginTestKit", "PluginKit", "Formats", "Records", "Diagnostics"]
        ),
        // Several of them share a limit, and some are killed.
        .executableTarget(
            name: "LimiterProgram",
            dependencies: ["StandardMiddleware", "PluginTestKit", "PluginKit"],
            path: "Tests/Programs/LimiterProgram",
            swiftSettings: strict
        ),
        tests(
            "StandardMiddlewareTests",
            of: [
                "Limits", "StandardMiddleware", "LimiterProgram", "Redis", "RedisServer", "Sockets", "PluginTestKit",
                "PluginKit", "Diagnostics",
            ]
        ),
        tests(
            "StandardTransformsTests",
            of: [
                "StandardTransforms", "StandardFiles", "Synthetic", "Runs", "Pipelines", "PluginTestKit", "PluginKit",
                "Records", "Diagnostics",
            ]
        ),
        tests(
            "StandardExportersTests",
            of: [
                "StandardExporters", "Runs", "Pipelines", "HTTP", "PluginTestKit", "PluginKit", "Formats",
            ]
        ),
        // A server of Redis that belongs to a test, and can be killed.
        .target(
            name: "RedisServer",
            dependencies: ["Sockets", "PluginTestKit", "PluginKit", "Diagnostics"],
            path: "Tests/RedisServer",
            swiftSettings: strict
        ),
        tests(
            "RedisTests",
            of: ["Redis", "RedisServer", "Sockets", "PluginTestKit", "PluginKit", "Diagnostics"]
        ),
        // Profiles itself; some of its handlers and signals would disturb the process of the tests.
        .executableTarget(
            name: "ProfiledProgram",
            dependencies: ["Profiling", "Diagnostics"],
            path: "Tests/Programs/ProfiledProgram",
            swiftSettings: strict
        ),
        tests(
            "ProfilingTests",
            of: ["Profiling", "ProfiledProgram", "PluginTestKit", "PluginKit", "Formats", "Diagnostics"]
        ),
        tests("SocketsTests", of: ["Sockets", "PluginTestKit", "PluginKit", "Diagnostics"]),
        tests("SyntheticTests", of: ["Synthetic", "PluginTestKit", "PluginKit", "Records", "Diagnostics"]),
        // The program renews a sign-in while others do the same.
        .executableTarget(
            name: "AccountProgram",
            dependencies: ["Accounts", "TraktSource", "PluginKit", "Formats", "Diagnostics"],
            path: "Tests/Programs/AccountProgram",
            swiftSettings: strict
        ),
        tests(
            "TraktSourceTests",
            of: [
                "Accounts",
                "TraktSource", "StandardFiles", "AccountProgram", "Runs", "Pipelines", "PluginTestKit", "PluginKit",
                "Formats",
                "Records", "Diagnostics",
            ]
        ),
        tests("SampleExportTests", of: ["SampleExport", "PluginKit", "Formats", "Diagnostics"]),
        tests("TraktServerTests", of: ["TraktServer", "SampleExport", "PluginKit", "Formats", "Diagnostics"]),
    ]
)
