internal import Command
internal import SprocketPlugins

/// The program `sprocket`: the command, with the plugins of this package.
@main
enum Main {
    static func main() async { await Program(plugins: StandardPlugins.all).run() }
}
