package import PluginKit

extension Cache {
    /// What a pipeline file can set.
    package struct Options: OptionGroup {
        @Option("Where answers are kept.")
        package var store = Store.memory

        @Option("The file for answers on the disk; by default `cache.db` beside the state of runs.")
        package var path: KeptPath?

        @Option("How many answers there may be in memory.", in: 1...100_000_000)
        package var maxEntries = 10_000

        @Option("How much memory they may take, with all that is needed for them.", in: 65_536...1_099_511_627_776)
        package var maxSize: ByteCount = 67_108_864

        @Option("How many answers there may be on the disk.", in: 1...100_000_000)
        package var diskEntries = 100_000

        @Option("About how much they may take in the file.", in: 65_536...1_099_511_627_776)
        package var diskSize: ByteCount = 1_073_741_824

        @Option("What `tiered` has behind the memory.")
        package var behind = Behind.disk

        @Option("The URL of the Redis server: `redis://user:password@host:6379/0` or `unix:///path`.")
        package var url: Secret?

        @Option("What the names of answers on the Redis server begin with; who uses another one has other answers.")
        package var prefix = "sprocket:"

        @Option("Timeout for connecting to the Redis server.", in: .milliseconds(1) ... .seconds(60))
        package var connectTimeout = Duration.seconds(1)

        @Option("How long the Redis server may take for what it is asked.", in: .milliseconds(1) ... .seconds(60))
        package var timeout = Duration.milliseconds(500)

        @Option("How large an answer may be that is kept on the Redis server.", in: 1...536_870_912)
        package var maxAnswer: ByteCount = 16_777_216

        @Option("Whether answers are packed where that makes them shorter; not in memory.")
        package var compress = true

        @Option("Which answer makes room for a new one.")
        package var policy = EvictionPolicy.s3fifo

        @Option("How long an answer holds.", in: .milliseconds(1)...(.seconds(315_360_000)))
        package var ttl = Duration.seconds(3600)

        @Option(
            "By which share of it, at most, the time is shortened by chance, so that not all end at once.",
            in: 0...1
        )
        package var jitter = 0.1

        @Option(
            "How long a failure is remembered that would come again; not at all if not given.",
            in: Duration.zero...(.seconds(315_360_000))
        )
        package var negativeTtl: Duration?

        @Option(
            "How long an answer is still given behind its time, while a new one is fetched; not at all if not given.",
            in: Duration.zero...(.seconds(315_360_000))
        )
        package var staleWhileRevalidate: Duration?

        @Option(
            """
            How long an answer is kept behind its time, to ask the server whether it still holds (`ETag`); not at all if \
            not given.
            """,
            in: Duration.zero...(.seconds(315_360_000))
        )
        package var revalidateFor: Duration?

        package init() {}
    }

    /// Where answers are kept.
    package enum Store: String, OptionValue, CaseIterable {
        /// In the memory of the program.
        case memory
        /// In a file, for later runs, too.
        case disk
        /// In memory, and behind it in a file or on a Redis server.
        case tiered
        /// On a Redis server, for several machines.
        case redis
    }

    /// What `tiered` has behind the memory.
    package enum Behind: String, OptionValue, CaseIterable {
        /// A file.
        case disk
        /// A Redis server.
        case redis
    }
}
