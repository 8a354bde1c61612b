import { stopCluster } from './cluster.mjs';

export default stopCluster;
