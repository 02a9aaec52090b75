/** Names of the messages between the page's preload and the main process, all of them. */
export const CHANNELS = {
  /** page → main (connection): opens a connection. */
  connect: 'shardscope:connect',
  /** both ways (connection, frame). */
  frame: 'shardscope:frame',
  /** both ways (connection): ends it. */
  close: 'shardscope:close',
  /** page → main (language): menu and dialogs speak it. */
  language: 'shardscope:language',
  /** page → main: from now on it hears which paths to open. */
  listens: 'shardscope:listens',
  /** main → page (path): opens a checkpoint. */
  open: 'shardscope:open',
  // page → main, each with an answer:
  pickFolder: 'shardscope:pick-folder',
  pickFile: 'shardscope:pick-file',
  pickOutput: 'shardscope:pick-output',
  dropped: 'shardscope:dropped',
  reveal: 'shardscope:reveal',
} as const;
