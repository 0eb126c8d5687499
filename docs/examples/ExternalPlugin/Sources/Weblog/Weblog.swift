import AccessLog
import Command
import SprocketPlugins

/// The command `sprocket` under another name, with plugins of its own beside the standard ones.
@main
enum Weblog {
    static func main() async { await Program(plugins: StandardPlugins.all + AccessLogPlugins.all).run() }
}
