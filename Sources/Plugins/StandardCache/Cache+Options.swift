package import PluginKit

extension Cache {
    /// The options in a pipeline file.
    package struct Options: OptionGroup {
        package static let retired = ["behind": "the option is now called 'second_store'"]

        @Option("Where answers are stored.")
        package var store = Store.memory

        @Option("The file for answers on the disk. Default: `cache.db` in the state folder.")
        package var path: KeptPath?

        @Option("The maximum number of answers in memory.", in: 1...100_000_000)
        package var maxEntries = 10_000

        @Option("The maximum memory for answers, including all overhead.", in: 65_536...1_099_511_627_776)
        package var maxSize: ByteCount = 67_108_864

        @Option("The maximum number of answers on the disk.", in: 1...100_000_000)
        package var diskEntries = 100_000

        @Option("The approximate maximum size of the answers in the file.", in: 65_536...1_099_511_627_776)
        package var diskSize: ByteCount = 1_073_741_824

        @Option("The second store of `tiered`, after the memory.")
        package var secondStore = SecondStore.disk

        @Option("The URL of the Redis server: `redis://user:password@host:6379/0` or `unix:///path`.")
        package var url: Secret?

        @Option("The prefix of keys on the Redis server; users of different prefixes have separate answers.")
        package var prefix = "sprocket:"

        @Option("Timeout for connecting to the Redis server.", in: .milliseconds(1) ... .seconds(60))
        package var connectTimeout = Duration.seconds(1)

        @Option("Timeout for an answer of the Redis server.", in: .milliseconds(1) ... .seconds(60))
        package var timeout = Duration.milliseconds(500)

        @Option("The largest answer to store on the Redis server.", in: 1...536_870_912)
        package var maxAnswer: ByteCount = 16_777_216

        @Option("Whether answers are compressed if that makes them shorter; not in memory.")
        package var compress = true

        @Option("Which answer is evicted to make room for a new one.")
        package var policy = EvictionPolicy.s3fifo

        @Option("How long an answer is valid.", in: .milliseconds(1)...(.seconds(315_360_000)))
        package var ttl = Duration.seconds(3600)

        @Option(
            "The largest share by which this time is randomly shortened, so that answers do not all expire together.",
            in: 0...1
        )
        package var jitter = 0.1

        @Option(
            "How long a permanent failure is cached. Default: not at all.",
            in: Duration.zero...(.seconds(315_360_000))
        )
        package var negativeTtl: Duration?

        @Option(
            "How long an expired answer is still returned while a new one is fetched. Default: not at all.",
            in: Duration.zero...(.seconds(315_360_000))
        )
        package var staleWhileRevalidate: Duration?

        @Option(
            """
            How long an expired answer is stored, to ask the server whether it is still valid (`ETag`). Default: not at \
            all.
            """,
            in: Duration.zero...(.seconds(315_360_000))
        )
        package var revalidateFor: Duration?

        package init() {}
    }

    /// Where answers are stored.
    package enum Store: String, OptionValue, CaseIterable {
        /// In the memory of the program.
        case memory
        /// In a file, also for later runs.
        case disk
        /// In memory, and also in a file or on a Redis server.
        case tiered
        /// On a Redis server, shared by several machines.
        case redis
    }

    /// The second store of `tiered`.
    package enum SecondStore: String, OptionValue, CaseIterable {
        /// A file.
        case disk
        /// A Redis server.
        case redis
    }
}
