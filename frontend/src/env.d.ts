declare module "virtual:worker-name" {
  const name: string;
  export default name;
}
