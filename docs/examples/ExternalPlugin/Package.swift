// swift-tools-version: 6.2
import PackageDescription

// A package of plugins outside of Sprocket's repository, with a program that has them and the standard ones.
//
// In the repository it builds against the checkout around it. Copied elsewhere, it needs the path of a clone:
//
//     SPROCKET_PATH=/path/to/sprocket swift test
//
// A package of your own would write that path, or the URL of a repository, here.
let sprocket = Context.environment["SPROCKET_PATH"] ?? "../../.."

let package = Package(
    name: "AccessLog",
    products: [
        // For programs of others that want these plugins, too.
        .library(name: "AccessLog", targets: ["AccessLog"]),
        .executable(name: "weblog", targets: ["Weblog"]),
    ],
    dependencies: [.package(name: "sprocket", path: sprocket)],
    targets: [
        .target(
            name: "AccessLog",
            dependencies: [.product(name: "PluginKit", package: "sprocket")]
        ),
        .executableTarget(
            name: "Weblog",
            dependencies: [
                "AccessLog",
                .product(name: "SprocketCommand", package: "sprocket"),
                .product(name: "SprocketPlugins", package: "sprocket"),
            ]
        ),
        .testTarget(
            name: "AccessLogTests",
            dependencies: ["AccessLog", .product(name: "PluginTestKit", package: "sprocket")]
        ),
    ]
)
