public import PluginKit
public import StateStore

extension StateValueStore: StateValues {}
